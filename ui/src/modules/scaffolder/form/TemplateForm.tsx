// One page of a template's form. All that the form library brings comes with this file, which is loaded when needed.

// The package's front door brings its test tools along, and with them a validator that compiles code.
import RjsfForm from '@rjsf/core/lib/components/Form.js';
import type { ErrorSchema, RJSFSchema } from '@rjsf/utils';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { Json } from '@/api/scaffolder';
import styles from './Form.module.css';
import type { FormContext } from './fields/field';
import { fields } from './fields/registry';
import { templates } from './templates';
import type { PreparedStep } from './toForm';
import { validator } from './validator';

type Values = Record<string, unknown>;

type Props = {
  step: PreparedStep;
  values: Json;
  secrets: Record<string, string>;
  setSecret: FormContext['setSecret'];
  /** What the server or a field found wrong. */
  errors?: ErrorSchema | undefined;
  /** `touched` is false for what the form fills in by itself. */
  onChange: (values: Json, touched: boolean) => void;
  /** The page is in order as far as its schema says. */
  onValid?: ((values: Json) => void) | undefined;
  /** Whether errors show at once, not only after one wanted to go on. */
  live?: boolean;
  children?: ReactNode;
};

export default function TemplateForm(props: Props) {
  const { step, values, secrets, setSecret, errors, onChange, onValid, live = false, children } = props;
  const [tried, setTried] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const formContext = useMemo<FormContext>(
    () => ({ values, secrets, setSecret }),
    [values, secrets, setSecret],
  );
  return (
    <div className={styles.form} ref={container}>
      <RjsfForm<Values, RJSFSchema, FormContext>
        schema={step.schema}
        uiSchema={step.uiSchema as never}
        formData={values}
        formContext={formContext}
        validator={validator as never}
        fields={fields}
        templates={templates as never}
        {...(errors ? { extraErrors: errors } : {})}
        liveValidate={tried || live ? 'onChange' : false}
        showErrorList={false}
        noHtml5Validate
        experimental_defaultFormStateBehavior={{ allOf: 'populateDefaults' }}
        onChange={({ formData }, id) => onChange(formData ?? {}, id !== undefined)}
        onSubmit={({ formData }) => onValid?.(formData ?? {})}
        onError={() => {
          setTried(true);
          // The first place that is wrong gets the focus, so that nobody has to look for it.
          requestAnimationFrame(() => focusFirstError(container.current));
        }}
      >
        {children ?? <span hidden />}
      </RjsfForm>
    </div>
  );
}

export function focusFirstError(container: HTMLElement | null): void {
  const error = container?.querySelector('[role="alert"]');
  const field = error?.parentElement;
  const box = field?.querySelector<HTMLElement>('input:not([type="hidden"]), select, textarea, button');
  (box ?? (error as HTMLElement | null))?.focus();
  error?.scrollIntoView({ block: 'center' });
}
