// The filters beside the table. Each facet's counts say what choosing a value would leave, with all other filters on.

import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FacetValue } from '@/api/catalog';
import { entityCard } from '@/api/queries/entityCards';
import { facets } from '@/api/queries/facets';
import { usePainted } from '@/app/firstPaint';
import { displayName } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { parseRef, shortRef } from '@/modules/entity/ref';
import styles from './FacetRail.module.css';
import {
  type CatalogSearch,
  chosenFacets,
  FACETS,
  type FacetId,
  type Mine,
  predicateOf,
  toggled,
} from './filters';

const SHORT = 8;
const FIND_FROM = 14;
/** Facets whose values are references and are shown by title. */
const REFERENCES = new Set<FacetId>(['owner', 'partOf', 'memberOf']);

type Props = { search: CatalogSearch; mine: Mine; onChange: (search: CatalogSearch) => void };

/** Values for every facet: one request for those without a choice, one more for each that has one. */
function useFacetValues(search: CatalogSearch, mine: Mine): Record<string, FacetValue[] | undefined> {
  const chosen = chosenFacets(search);
  const free = FACETS.filter((facet) => !chosen.includes(facet.id)).map((facet) => facet.field);
  const painted = usePainted();
  const common = useQuery({ ...facets(free, predicateOf(search, mine), search.q), enabled: painted });
  const own = useQueries({
    queries: chosen.map((id) => {
      const field = FACETS.find((facet) => facet.id === id)?.field ?? id;
      return { ...facets([field], predicateOf(search, mine, id), search.q), enabled: painted };
    }),
  });
  const values: Record<string, FacetValue[] | undefined> = { ...common.data };
  for (const answer of own) Object.assign(values, answer.data);
  return values;
}

export function FacetRail({ search, mine, onChange }: Props) {
  const values = useFacetValues(search, mine);
  return (
    <div className={styles.rail}>
      {FACETS.map((facet) => {
        const chosen = search[facet.id] ?? [];
        const found = values[facet.field] ?? [];
        // One namespace for everything, or no value at all, is nothing to choose from.
        const useless = found.length === 0 || (facet.id === 'namespace' && found.length === 1);
        if (useless && chosen.length === 0) return null;
        return (
          <Facet
            key={facet.id}
            id={facet.id}
            label={facet.label}
            values={found}
            chosen={chosen}
            onToggle={(value) => onChange(toggled(search, facet.id, value))}
            onOnly={(value) => onChange({ ...search, [facet.id]: [value] })}
            onClear={() => onChange({ ...search, [facet.id]: undefined })}
          />
        );
      })}
    </div>
  );
}

function Facet({
  id,
  label,
  values,
  chosen,
  onToggle,
  onOnly,
  onClear,
}: {
  id: FacetId;
  label: string;
  values: FacetValue[];
  chosen: string[];
  onToggle: (value: string) => void;
  onOnly: (value: string) => void;
  onClear: () => void;
}) {
  const [open, setOpen] = useState(false);
  const [find, setFind] = useState('');
  const lost = chosen
    .filter((value) => !values.some((each) => each.value.toLowerCase() === value.toLowerCase()))
    .map((value) => ({ value, count: 0 }));
  const isChosen = (value: string) => chosen.some((each) => each.toLowerCase() === value.toLowerCase());
  const ordered = [...values, ...lost].sort(
    (a, b) =>
      Number(isChosen(b.value)) - Number(isChosen(a.value)) ||
      b.count - a.count ||
      a.value.localeCompare(b.value),
  );
  const matching = ordered.filter((each) => each.value.toLowerCase().includes(find.trim().toLowerCase()));
  const shown = open ? matching : matching.slice(0, SHORT);
  return (
    <fieldset className={styles.facet}>
      <legend className={styles.title}>
        {label}
        {chosen.length > 0 ? (
          <button type="button" className={styles.clear} onClick={onClear} aria-label={`Clear ${label}`}>
            Clear
          </button>
        ) : null}
      </legend>
      {open && ordered.length > FIND_FROM ? (
        <input
          className={styles.find}
          type="search"
          placeholder={`Find ${label.toLowerCase()}`}
          aria-label={`Find a value of ${label}`}
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
      ) : null}
      {shown.map(({ value, count }) => (
        <div key={value} className={styles.value}>
          <label className={styles.label}>
            <input
              type="checkbox"
              checked={isChosen(value)}
              onChange={() =>
                onToggle(chosen.find((each) => each.toLowerCase() === value.toLowerCase()) ?? value)
              }
            />
            {REFERENCES.has(id) ? (
              <ReferenceValue text={value} />
            ) : (
              <ValueText text={id === 'orphan' ? 'No source left' : value} />
            )}
            <span className={styles.count}>{count}</span>
          </label>
          <button
            type="button"
            className={styles.only}
            onClick={() => onOnly(value)}
            aria-label={`Only ${value}`}
          >
            only
          </button>
        </div>
      ))}
      {ordered.length > SHORT ? (
        <button type="button" className={styles.more} onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Show fewer' : `Show ${ordered.length - SHORT} more`}
        </button>
      ) : null}
    </fieldset>
  );
}

function ValueText({ text }: { text: string }) {
  return (
    <span className="ellipsis" title={text}>
      {text}
    </span>
  );
}

function ReferenceValue({ text }: { text: string }) {
  const ref = parseRef(text);
  const { data } = useQuery({ ...entityCard(text), enabled: ref !== undefined });
  if (!ref) return <ValueText text={text} />;
  return (
    <>
      <KindIcon kind={ref.kind} size={14} />
      <ValueText text={data ? displayName(data) : shortRef(ref)} />
    </>
  );
}
