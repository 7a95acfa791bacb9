// Fields that hold several values: MultiEntityPicker and EntityTagsPicker.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { oneOf } from '@/api/predicate';
import { facets } from '@/api/queries/facets';
import { Chips } from '@/components/Chips';
import { Combobox } from '@/components/Combobox';
import { EntityLink } from '@/modules/entity/EntityLink';
import { parseRef } from '@/modules/entity/ref';
import { pickerPredicate } from '../catalogFilter';
import { asReference } from './EntityField';
import { describedBy, listOption, optionsOf, placeholderOf, type TemplateFieldProps } from './field';
import { useEntityOptions } from './useEntityOptions';

type Props = TemplateFieldProps<string[]>;

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

export function MultiEntityPickerField(props: Props) {
  const { fieldPathId, onChange, disabled, readonly, required, rawErrors, autofocus } = props;
  const id = fieldPathId.$id;
  const options = optionsOf(props);
  const values = texts(props.formData);
  const found = useEntityOptions(pickerPredicate(options));
  const set = (next: string[]) =>
    onChange(next.length > 0 ? next : undefined, fieldPathId.path, undefined, id);
  const add = (value: string) => {
    if (!values.includes(value)) set([...values, value]);
  };
  return (
    <>
      <Chips
        values={values}
        label="Chosen"
        disabled={disabled || readonly}
        onRemove={(value) => set(values.filter((each) => each !== value))}
        draw={(value) => (parseRef(value) ? <EntityLink target={value} /> : value)}
      />
      <Combobox
        id={id}
        text=""
        several
        options={found.options.filter(({ value }) => !values.includes(value))}
        onSearch={found.search}
        loading={found.loading}
        more={found.more}
        none={found.error ? 'The catalog could not be asked.' : 'Nothing more in the catalog matches.'}
        onPick={add}
        onFree={
          options.allowArbitraryValues === false ? undefined : (text) => add(asReference(text, options))
        }
        placeholder={placeholderOf(props, options) ?? 'Type to add'}
        disabled={disabled || readonly}
        required={required}
        autoFocus={autofocus}
        invalid={(rawErrors?.length ?? 0) > 0}
        describedBy={describedBy(id)}
      />
    </>
  );
}

const SHOWN = 30;

export function EntityTagsPickerField(props: Props) {
  const { fieldPathId, onChange, disabled, readonly, required, rawErrors, autofocus } = props;
  const id = fieldPathId.$id;
  const options = optionsOf(props);
  const values = texts(props.formData);
  const [term, setTerm] = useState<string>();
  const { data, isPlaceholderData, isLoading } = useQuery({
    ...facets(['metadata.tags'], oneOf('kind', listOption(options, 'kinds')) ?? {}),
    enabled: term !== undefined,
    placeholderData: keepPreviousData,
  });
  const matching = (data?.['metadata.tags'] ?? [])
    .filter(({ value }) => value.includes((term ?? '').toLowerCase()) && !values.includes(value))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  const set = (next: string[]) =>
    onChange(next.length > 0 ? next : undefined, fieldPathId.path, undefined, id);
  const add = (value: string) => {
    const tag = value.trim().toLowerCase();
    if (tag && !values.includes(tag)) set([...values, tag]);
  };
  return (
    <>
      <Chips
        values={values}
        label="Tags"
        disabled={disabled || readonly}
        onRemove={(value) => set(values.filter((each) => each !== value))}
      />
      <Combobox
        id={id}
        text=""
        several
        enter="typed"
        options={matching.slice(0, SHOWN).map(({ value, count }) => ({
          value,
          label: value,
          note: options.showCounts ? String(count) : undefined,
        }))}
        more={matching.length > SHOWN ? `${matching.length - SHOWN} more. Type to find them.` : undefined}
        onSearch={setTerm}
        loading={isPlaceholderData || isLoading}
        onPick={add}
        onFree={add}
        placeholder={placeholderOf(props, options) ?? 'Type a tag, Enter adds it'}
        disabled={disabled || readonly}
        required={required}
        autoFocus={autofocus}
        invalid={(rawErrors?.length ?? 0) > 0}
        describedBy={describedBy(id)}
      />
    </>
  );
}
