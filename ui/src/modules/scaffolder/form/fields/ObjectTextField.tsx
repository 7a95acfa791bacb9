// An object of which the template does not say what is in it: written as YAML, of which JSON is a part.

import { useEffect, useState } from 'react';
import { parse, stringify } from 'yaml';
import type { Json } from '@/api/scaffolder';
import { isRecord } from '../walk';
import { describedBy, type TemplateFieldProps } from './field';

const textOf = (value: unknown) => (isRecord(value) && Object.keys(value).length > 0 ? stringify(value) : '');

function read(text: string): { value?: Json | undefined; problem?: string } {
  if (text.trim() === '') return { value: undefined };
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    return isRecord(value) ? { value } : { problem: 'Write keys and values, such as name: demo' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message.split('\n')[0] : String(error) };
  }
}

export function ObjectTextField(props: TemplateFieldProps<Json>) {
  const { formData, fieldPathId, onChange, disabled, readonly, rawErrors } = props;
  const id = fieldPathId.$id;
  const [text, setText] = useState(() => textOf(formData));
  const { problem } = read(text);
  const given = JSON.stringify(formData ?? {});
  // A value from elsewhere, such as a default or a discarded draft, replaces what stands here.
  useEffect(() => {
    setText((before) =>
      JSON.stringify(read(before).value ?? {}) === given ? before : textOf(JSON.parse(given)),
    );
  }, [given]);
  return (
    <>
      <textarea
        id={id}
        className="form-control mono"
        rows={5}
        spellCheck={false}
        value={text}
        disabled={disabled}
        readOnly={readonly}
        aria-invalid={problem !== undefined || (rawErrors?.length ?? 0) > 0 || undefined}
        aria-describedby={describedBy(id)}
        onChange={({ target }) => {
          setText(target.value);
          const next = read(target.value);
          if (next.problem === undefined) onChange(next.value, fieldPathId.path, undefined, id);
        }}
      />
      {problem ? <p role="status">{problem}</p> : null}
    </>
  );
}
