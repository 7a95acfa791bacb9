// Fields of one line of text that mean something: EntityNamePicker and Secret.

import { describedBy, optionsOf, placeholderOf, type TemplateFieldProps } from './field';

type Props = TemplateFieldProps<string>;

export function EntityNamePickerField(props: Props) {
  const { formData, fieldPathId, onChange, disabled, readonly, required, rawErrors, autofocus } = props;
  const id = fieldPathId.$id;
  return (
    <input
      id={id}
      className="form-control"
      type="text"
      spellCheck={false}
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: the template's author says where one begins
      autoFocus={autofocus}
      value={formData ?? ''}
      disabled={disabled}
      readOnly={readonly}
      aria-required={required || undefined}
      aria-invalid={(rawErrors?.length ?? 0) > 0 || undefined}
      aria-describedby={describedBy(id)}
      placeholder={placeholderOf(props, optionsOf(props))}
      onChange={({ target }) => onChange(target.value || undefined, fieldPathId.path, undefined, id)}
    />
  );
}

/** The value goes to the secrets of the task; the form holds asterisks in its place. */
export function SecretField(props: Props) {
  const { fieldPathId, onChange, disabled, readonly, required, rawErrors, name, autofocus, registry } = props;
  const id = fieldPathId.$id;
  const { secrets, setSecret } = registry.formContext;
  return (
    <input
      id={id}
      className="form-control"
      type="password"
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: the template's author says where one begins
      autoFocus={autofocus}
      value={secrets[name] ?? ''}
      disabled={disabled}
      readOnly={readonly}
      required={required}
      aria-invalid={(rawErrors?.length ?? 0) > 0 || undefined}
      aria-describedby={describedBy(id)}
      placeholder={placeholderOf(props, optionsOf(props))}
      onChange={({ target }) => {
        setSecret(name, target.value || undefined);
        onChange('*'.repeat(target.value.length) || undefined, fieldPathId.path, undefined, id);
      }}
    />
  );
}
