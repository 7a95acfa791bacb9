// The form of a template, page by page, and the review at its end.

import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { createTask } from '@/api/queries/scaffolder';
import type { ParameterSchema } from '@/api/scaffolder';
import { useIdentity } from '@/api/useSession';
import { useShortcut } from '@/app/shortcuts';
import { Button } from '@/components/Button';
import { ErrorNotice, Notice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { GatedButton } from '@/modules/access/Gated';
import { CREATE_TASK } from '@/modules/access/permissions';
import TemplateForm, { focusFirstError } from '../form/TemplateForm';
import { holdSecrets } from '../secretsInHand';
import Review from './Review';
import { placed, valueErrors } from './refused';
import { useWizard } from './useWizard';
import styles from './Wizard.module.css';

type Props = {
  templateRef: string;
  schema: ParameterSchema;
  /** The page, counted from zero; the review comes after the last. */
  page: number;
  formData: string | undefined;
  onPage: (page: number) => void;
};

export default function WizardForm({ templateRef, schema, page: wanted, formData, onPage }: Props) {
  const { userEntityRef } = useIdentity();
  const navigate = useNavigate();
  const wizard = useWizard(userEntityRef, templateRef, schema.steps, formData);
  const { pages } = wizard;
  const page = Math.min(wanted, pages.length);
  const reviewing = page === pages.length;
  const [others, setOthers] = useState<string[]>([]);
  const top = useRef<HTMLDivElement>(null);
  const labels = schema.presentation?.buttonLabels ?? {};

  const create = useMutation({
    mutationFn: () =>
      createTask({
        templateRef,
        values: wizard.values,
        ...(hasAny(wizard.secrets) ? { secrets: wizard.secrets } : {}),
      }),
    onSuccess: ({ id }) => {
      holdSecrets(id, wizard.secrets);
      wizard.done();
      void navigate({ to: '/create/tasks/$taskId', params: { taskId: id } });
    },
    onError: (error) => {
      const errors = valueErrors(error);
      if (!errors) return;
      const refused = placed(
        errors,
        schema.steps.filter((step) => pages.some((each) => each.title === step.title)),
      );
      wizard.setErrors(refused.pages);
      setOthers(refused.others);
      const [first] = [...refused.pages.keys()].sort((a, b) => a - b);
      if (first !== undefined) go(first);
    },
  });

  const go = (next: number) => {
    onPage(next);
    requestAnimationFrame(() => top.current?.scrollIntoView({ block: 'start' }));
  };
  const submit = () => {
    setOthers([]);
    const wrong = wizard.firstWrong();
    if (wrong !== undefined) {
      // A page that was never looked at, or whose secrets a reload took: its own button says what is missing.
      go(wrong);
      setNudge((before) => before + 1);
      return;
    }
    create.mutate();
  };
  const next = async () => {
    if (await wizard.check(page)) go(page + 1);
    else requestAnimationFrame(() => focusFirstError(top.current));
  };
  const form = useRef<HTMLDivElement>(null);
  const press = () => form.current?.querySelector<HTMLButtonElement>('button[data-next]')?.click();
  const [nudge, setNudge] = useState(0);
  useEffect(() => {
    if (nudge > 0)
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLButtonElement>('button[data-next]')?.click(),
      );
  }, [nudge]);
  useShortcut('Form', 'mod+Enter', 'Go on, or create', press);

  const failed = create.error && !valueErrors(create.error) ? create.error : undefined;
  return (
    <div className={styles.body} ref={top}>
      {pages.length > 0 ? (
        <Stepper titles={[...pages.map(({ title }) => title), 'Review']} current={page} onGo={go} />
      ) : null}
      <div className={styles.form} ref={form}>
        {wizard.restoredAt ? (
          <div className={styles.restored}>
            <span>
              {'Your draft, saved '}
              <RelativeTime value={wizard.restoredAt} />
            </span>
            <Button
              small
              weight="quiet"
              onClick={() => {
                wizard.discard();
                go(0);
              }}
            >
              Discard draft
            </Button>
          </div>
        ) : null}
        {schema.formDecorators && schema.formDecorators.length > 0 ? (
          <Notice
            level="warning"
            title={`This portal has no form decorator ${schema.formDecorators.map(({ id }) => id).join(', ')}`}
          >
            The template asks for it. What it would have filled in is missing.
          </Notice>
        ) : null}
        {failed ? <ErrorNotice title="The task could not be created" error={failed} /> : null}
        {others.length > 0 ? (
          <Notice level="error" title="The server refused these values">
            {others.join('\n')}
          </Notice>
        ) : null}
        {reviewing ? (
          <>
            <h2 className={styles.pageTitle}>Review</h2>
            <Review steps={pages} values={wizard.values} onEdit={go} />
            <div className={styles.buttons}>
              {pages.length > 0 ? (
                <Button onClick={() => go(page - 1)}>{labels.backButtonText ?? 'Back'}</Button>
              ) : null}
              <GatedButton
                permission={CREATE_TASK}
                weight="primary"
                disabled={create.isPending}
                onClick={submit}
                data-next
              >
                {create.isPending ? 'Creating' : (labels.createButtonText ?? 'Create')}
              </GatedButton>
            </div>
          </>
        ) : (
          <Page
            key={page}
            wizard={wizard}
            page={page}
            onValid={() => void next()}
            onBack={page > 0 ? () => go(page - 1) : undefined}
            back={labels.backButtonText ?? 'Back'}
            forward={page === pages.length - 1 ? (labels.reviewButtonText ?? 'Review') : 'Next'}
          />
        )}
      </div>
    </div>
  );
}

const hasAny = (secrets: Record<string, string>) => Object.keys(secrets).length > 0;

function Page({
  wizard,
  page,
  onValid,
  onBack,
  back,
  forward,
}: {
  wizard: ReturnType<typeof useWizard>;
  page: number;
  onValid: () => void;
  onBack: (() => void) | undefined;
  back: string;
  forward: string;
}) {
  const step = wizard.pages[page];
  if (!step) return null;
  return (
    <>
      <h2 className={styles.pageTitle}>{step.title}</h2>
      {step.description ? <p className={styles.pageAbout}>{step.description}</p> : null}
      <TemplateForm
        step={step}
        values={wizard.values}
        secrets={wizard.secrets}
        setSecret={wizard.setSecret}
        errors={wizard.errorsOn(page)}
        onChange={wizard.setValues}
        onValid={onValid}
      >
        <div className={styles.buttons}>
          {onBack ? <Button onClick={onBack}>{back}</Button> : null}
          <Button type="submit" weight="primary" disabled={wizard.checking} data-next>
            {wizard.checking ? 'Checking' : forward}
          </Button>
        </div>
      </TemplateForm>
    </>
  );
}

function Stepper({
  titles,
  current,
  onGo,
}: {
  titles: string[];
  current: number;
  onGo: (index: number) => void;
}) {
  const list = useRef<HTMLElement>(null);
  // On a small screen the pages stand in a row that scrolls.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each change of the page
  useEffect(() => {
    const step = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
    if (step && list.current) list.current.scrollLeft = step.offsetLeft - 16;
  }, [current]);
  return (
    <nav ref={list} aria-label="Pages of the form" className={styles.stepper}>
      <ol>
        {titles.map((title, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages may have the same title and never move
          <li key={index}>
            <button
              type="button"
              className={`${styles.stepButton} ${index === current ? styles.stepOn : ''}`}
              aria-current={index === current ? 'step' : undefined}
              disabled={index > current}
              onClick={() => onGo(index)}
            >
              <span className={styles.stepNumber} aria-hidden>
                {index + 1}
              </span>
              <span className="ellipsis">{title}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
