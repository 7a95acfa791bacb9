// EntityPicker, OwnerPicker, OwnedEntityPicker and MyGroupsPicker: one entity of the catalog, as its reference.

import { useEffect, useState } from 'react';
import { all, type Predicate } from '@/api/predicate';
import type { Json } from '@/api/scaffolder';
import { useIdentity } from '@/api/useSession';
import { Combobox } from '@/components/Combobox';
import { formatRef, parseRef } from '@/modules/entity/ref';
import { pickerPredicate } from '../catalogFilter';
import { describedBy, optionsOf, placeholderOf, type TemplateFieldProps, textOption } from './field';
import { useEntityLabel, useEntityOptions } from './useEntityOptions';

type Props = TemplateFieldProps<string>;

/** What was typed as a full reference, as far as it is one. */
export function asReference(text: string, options: Json, defaultKind?: string): string {
  const kind = textOption(options, 'defaultKind') ?? defaultKind;
  const namespace = textOption(options, 'defaultNamespace');
  const ref = parseRef(text, { ...(kind ? { kind } : {}), ...(namespace ? { namespace } : {}) });
  return ref ? formatRef(ref) : text;
}

function OneEntity({
  field,
  query,
  defaultKind,
  enabled = true,
}: {
  field: Props;
  query: Predicate;
  defaultKind?: string;
  enabled?: boolean;
}) {
  const options = optionsOf(field);
  const { formData, fieldPathId, onChange, disabled, readonly, required, rawErrors, autofocus } = field;
  const id = fieldPathId.$id;
  const found = useEntityOptions(query, enabled);
  const label = useEntityLabel(typeof formData === 'string' ? formData : undefined);
  const free = options.allowArbitraryValues !== false;
  const set = (value: string | undefined) => onChange(value, fieldPathId.path, undefined, id);

  // Where there is nothing to choose from, nobody has to choose.
  const [asked, setAsked] = useState(false);
  const must = required && !free && !formData;
  useEffect(() => {
    if (must && !asked) {
      setAsked(true);
      found.search('');
    }
  }, [must, asked, found.search]);
  const only = must && found.total === 1 && !found.loading ? found.options[0]?.value : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when there is one thing that can be chosen
  useEffect(() => {
    if (only) set(only);
  }, [only]);

  return (
    <Combobox
      id={id}
      text={label}
      options={found.options}
      onSearch={found.search}
      loading={found.loading}
      more={found.more}
      none={found.error ? 'The catalog could not be asked.' : 'Nothing in the catalog matches.'}
      onPick={set}
      onFree={free ? (text) => set(asReference(text, options, defaultKind)) : undefined}
      onClear={() => set(undefined)}
      placeholder={placeholderOf(field, options) ?? 'Type to find'}
      disabled={disabled || readonly}
      required={required}
      autoFocus={autofocus}
      invalid={(rawErrors?.length ?? 0) > 0}
      describedBy={describedBy(id)}
    />
  );
}

export function EntityPickerField(props: Props) {
  return <OneEntity field={props} query={pickerPredicate(optionsOf(props))} />;
}

export function OwnerPickerField(props: Props) {
  return (
    <OneEntity
      field={props}
      query={pickerPredicate(optionsOf(props), ['Group', 'User'])}
      defaultKind="Group"
    />
  );
}

/** What belongs to the person or to a group of theirs. */
export function OwnedEntityPickerField(props: Props) {
  const { ownershipEntityRefs } = useIdentity();
  return (
    <OneEntity
      field={props}
      query={all(pickerPredicate(optionsOf(props)), {
        'relations.ownedBy': { $in: [...ownershipEntityRefs] },
      })}
    />
  );
}

export function MyGroupsPickerField(props: Props) {
  const { userEntityRef } = useIdentity();
  return (
    <OneEntity
      field={props}
      query={{ $all: [{ kind: 'Group' }, { 'relations.hasMember': userEntityRef }] }}
      defaultKind="Group"
      enabled={userEntityRef !== ''}
    />
  );
}
