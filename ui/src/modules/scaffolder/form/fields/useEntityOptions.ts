// Entities that match a filter and what is typed. The server looks through them; the browser gets a short list.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createElement, useState } from 'react';
import type { Predicate } from '@/api/predicate';
import { fetchPage } from '@/api/queries/entities';
import { entityCard } from '@/api/queries/entityCards';
import type { ComboOption } from '@/components/Combobox';
import { displayName } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { formatRef, parseRef, refText, shortRef } from '@/modules/entity/ref';

const SHOWN = 25;
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'spec.profile',
  'spec.type',
];

export function useEntityOptions(query: Predicate, enabled = true) {
  const [term, setTerm] = useState<string>();
  const found = useQuery({
    queryKey: ['catalog', 'picker', query, term ?? ''],
    queryFn: ({ signal }) =>
      fetchPage(
        { query, text: term || undefined, order: { field: 'metadata.name', order: 'asc' } },
        { limit: SHOWN, fields: FIELDS, signal },
      ),
    enabled: enabled && term !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const options = (found.data?.items ?? []).map((entity): ComboOption => {
    const ref = refText(entity);
    return {
      value: ref,
      label: displayName(entity),
      note: ref,
      icon: createElement(KindIcon, { kind: entity.kind }),
    };
  });
  const total = found.data?.totalItems ?? 0;
  return {
    options,
    total,
    // What is read again behind an answer does not make it another one.
    loading: found.isPlaceholderData || found.isLoading,
    error: found.error,
    search: setTerm,
    more: total > SHOWN ? `${(total - SHOWN).toLocaleString('en')} more. Type to find them.` : undefined,
  };
}

/** How a chosen entity is written: its title, or its reference as far as it is known. */
export function useEntityLabel(ref: string | undefined): string {
  const parsed = ref ? parseRef(ref) : undefined;
  const { data } = useQuery({
    ...entityCard(parsed ? formatRef(parsed) : ''),
    enabled: parsed !== undefined,
  });
  if (!ref) return '';
  if (!parsed) return ref;
  return data ? displayName(data) : shortRef(parsed);
}
