// The state of a form that is being filled in: values, secrets, what is wrong where, and the way to the next page.

import type { ErrorSchema } from '@rjsf/utils';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FormStep, Json } from '@/api/scaffolder';
import { checkFields } from '../form/fieldChecks';
import { FIELD_NAMES } from '../form/fields/registry';
import { featureFlag, type PreparedStep, preparedSteps } from '../form/toForm';
import { errorsOf } from '../form/validator';
import { isRecord, withoutSecrets } from '../form/walk';
import { dropDraft, readDraft, writeDraft } from './draft';

const SAVE_MS = 300;

/** Values that an address brings. */
export function readFormData(text: string | undefined): Json | undefined {
  if (!text) return undefined;
  try {
    const values: unknown = JSON.parse(text);
    return isRecord(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

export type Wizard = {
  pages: PreparedStep[];
  values: Json;
  setValues: (values: Json, touched: boolean) => void;
  secrets: Record<string, string>;
  setSecret: (name: string, value: string | undefined) => void;
  errorsOn: (page: number) => ErrorSchema | undefined;
  setErrors: (pages: Map<number, ErrorSchema>) => void;
  checking: boolean;
  /** Asks what only the server knows about a page; true if one may go on. */
  check: (page: number) => Promise<boolean>;
  /** The first page with something wrong in it, or undefined. */
  firstWrong: () => number | undefined;
  restoredAt: string | undefined;
  discard: () => void;
  /** The form has been sent; there is nothing to keep. */
  done: () => void;
};

export function useWizard(
  user: string,
  template: string,
  steps: FormStep[],
  formData: string | undefined,
): Wizard {
  const visible = useMemo(
    () =>
      steps.filter((step) => preparedSteps([step], { fields: FIELD_NAMES, flag: featureFlag }).length > 0),
    [steps],
  );
  const pages = useMemo(() => preparedSteps(visible, { fields: FIELD_NAMES, flag: featureFlag }), [visible]);
  const [start] = useState(() => {
    const given = readFormData(formData);
    if (given) return { values: withoutSecrets(given, steps), restoredAt: undefined };
    const draft = readDraft(user, template);
    return { values: draft?.values ?? {}, restoredAt: draft?.savedAt };
  });
  const [values, setValuesNow] = useState<Json>(start.values);
  const [restoredAt, setRestoredAt] = useState(start.restoredAt);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Map<number, ErrorSchema>>(new Map());
  const [checking, setChecking] = useState(false);
  const sent = useRef(false);
  const touched = useRef(formData !== undefined);

  useEffect(() => {
    if (!touched.current || sent.current) return;
    const timer = setTimeout(() => writeDraft(user, template, values, steps), SAVE_MS);
    return () => clearTimeout(timer);
  }, [user, template, values, steps]);

  const latest = useRef(values);
  latest.current = values;
  const setValues = useCallback((next: Json, byPerson: boolean) => {
    // Defaults that a page fills in by itself are no work of anybody's; a draft begins with the first change.
    touched.current ||= byPerson;
    setValuesNow(next);
    if (!byPerson) return;
    setErrors((before) => (before.size === 0 ? before : new Map()));
  }, []);
  const setSecret = useCallback((name: string, value: string | undefined) => {
    setSecrets(({ [name]: _, ...others }) => (value === undefined ? others : { ...others, [name]: value }));
  }, []);

  return {
    pages,
    values,
    setValues,
    secrets,
    setSecret,
    errorsOn: (page) => errors.get(page),
    setErrors,
    checking,
    check: async (page) => {
      const step = visible[page];
      if (!step) return true;
      setChecking(true);
      try {
        const found = await checkFields(step, latest.current);
        setErrors((before) => {
          const after = new Map(before);
          if (found) after.set(page, found);
          else after.delete(page);
          return after;
        });
        return found === undefined;
      } finally {
        setChecking(false);
      }
    },
    firstWrong: () => {
      const index = pages.findIndex((page) => errorsOf(page.schema as Json, latest.current).length > 0);
      return index < 0 ? undefined : index;
    },
    restoredAt,
    discard: () => {
      dropDraft(user, template);
      touched.current = false;
      setValuesNow({});
      setSecrets({});
      setErrors(new Map());
      setRestoredAt(undefined);
    },
    done: () => {
      sent.current = true;
      dropDraft(user, template);
    },
  };
}
