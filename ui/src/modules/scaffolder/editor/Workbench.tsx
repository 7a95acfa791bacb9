// The editor at work: files, the text of one, and beside it the form and the dry run of the template.

import { IconDeviceFloppy, IconPlayerPlay, IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useMemo, useRef, useState } from 'react';
import { actions, dryRun } from '@/api/queries/scaffolder';
import type { Json } from '@/api/scaffolder';
import { useShortcut } from '@/app/shortcuts';
import { Button, IconButton } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { GatedButton } from '@/modules/access/Gated';
import { DRY_RUN } from '@/modules/access/permissions';
import { isRecord } from '../form/walk';
import { valueErrors } from '../wizard/refused';
import { templateCompletion } from './complete';
import { DryRunView } from './DryRun';
import styles from './Editor.module.css';
import { FileTree } from './FileTree';
import { FormPreview, pagesOf } from './FormPreview';
import { templateMarks, templateOf } from './marks';
import { contentsOf, isDirty, type Project, pathProblem } from './project';
import type { useProject } from './useProject';

const CodeEditor = lazy(() => import('@/components/code/CodeEditor'));

type Props = { state: ReturnType<typeof useProject>; project: Project; onClose: () => void };

/** Small texts that are no YAML get the plain editor; all are text. */
const isYaml = (path: string) => /\.ya?ml$/.test(path);

export default function Workbench({ state, project, onClose }: Props) {
  const [side, setSide] = useState<'form' | 'run'>('form');
  const [values, setValues] = useState<Json>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const { data: known } = useQuery(actions());
  const latest = useRef(known ?? []);
  latest.current = known ?? [];
  const complete = useMemo(() => templateCompletion(() => latest.current), []);
  const marks = useMemo(() => (text: string) => templateMarks(text, latest.current), []);
  const file = project.files.find(({ path }) => path === state.open);
  const source = useMemo(
    () =>
      project.files.find(({ path, text }) => isYaml(path) && /^kind:\s*['"]?Template\b/m.test(text ?? '')),
    [project.files],
  );
  const { template, error } = useMemo(
    () => (source?.text === undefined ? { error: undefined, template: undefined } : templateOf(source.text)),
    [source?.text],
  );
  // While a line is being typed the file may not parse; the form stays as it was last.
  const good = useRef(template);
  if (template) good.current = template;
  const shown = template ?? good.current;
  const spec = isRecord(shown?.spec) ? shown.spec : {};
  const parameters = JSON.stringify(spec.parameters ?? []);
  const steps = useMemo(() => pagesOf(JSON.parse(parameters)), [parameters]);
  const paths = useMemo(() => project.files.map(({ path }) => path), [project.files]);
  const dirty = new Set(project.files.filter(isDirty).map(({ path }) => path));

  const run = useMutation({
    mutationFn: () =>
      dryRun({ template: template ?? {}, values, secrets, directoryContents: contentsOf(project.files) }),
  });
  useShortcut('Editor', 'mod+s', 'Save', () => void state.save());
  const refused = run.error ? valueErrors(run.error) : undefined;
  return (
    <div className={styles.bench}>
      <header className={styles.bar}>
        <h1 className="ellipsis">{project.name}</h1>
        <span className="quiet">{project.folder ? 'Saved into your folder' : 'Saved as downloads'}</span>
        <span className={styles.barEnd}>
          <Button disabled={!state.dirty} onClick={() => void state.save()}>
            <IconDeviceFloppy size={16} aria-hidden />
            {dirty.size > 1 ? `Save ${dirty.size} files` : 'Save'}
          </Button>
          <GatedButton
            permission={DRY_RUN}
            weight="primary"
            disabled={!template || run.isPending}
            onClick={() => {
              setSide('run');
              run.mutate();
            }}
          >
            <IconPlayerPlay size={16} aria-hidden />
            {run.isPending ? 'Running' : 'Dry run'}
          </GatedButton>
          <IconButton label="Close these files" onClick={onClose}>
            <IconX size={16} aria-hidden />
          </IconButton>
        </span>
      </header>
      <div className={styles.columns}>
        <aside className={styles.files} aria-label="Files">
          <FileTree
            label="Files of the template"
            paths={paths}
            open={state.open}
            dirty={dirty}
            onOpen={state.setOpen}
            onRemove={(path) => void state.remove(path)}
          />
          <NewFile project={project} onAdd={state.add} />
        </aside>
        <section className={styles.text} aria-label={state.open ?? 'Text'}>
          {!file ? (
            <Empty title="Choose a file" />
          ) : file.text === undefined ? (
            <Empty title={`${file.path} is not text`}>It goes into a dry run as it is.</Empty>
          ) : (
            <Suspense fallback={<Skeleton height={320} />}>
              <CodeEditor
                key={file.path}
                label={`Text of ${file.path}`}
                language={isYaml(file.path) ? 'yaml' : undefined}
                value={file.text}
                onChange={(text) => state.write(file.path, text)}
                complete={file === source ? complete : undefined}
                marks={file === source ? marks : undefined}
              />
            </Suspense>
          )}
        </section>
        <aside className={styles.right} aria-label="Template">
          <div className={styles.parts} role="tablist" aria-label="Template">
            {(['form', 'run'] as const).map((id) => (
              <button
                key={id}
                type="button"
                role="tab"
                aria-selected={id === side}
                className={`${styles.part} ${id === side ? styles.partOn : ''}`}
                onClick={() => setSide(id)}
              >
                {id === 'form' ? 'Form' : 'Dry run'}
              </button>
            ))}
          </div>
          <div className={styles.rightBody}>
            {!source ? (
              <Notice level="warning" title="No template among these files">
                A template is a YAML file with kind: Template, usually template.yaml.
              </Notice>
            ) : error ? (
              <Notice level="error" title={`${source.path} can't be read`}>
                {error}
              </Notice>
            ) : null}
            {side === 'form' ? (
              shown ? (
                <FormPreview
                  steps={steps}
                  values={values}
                  secrets={secrets}
                  onValues={setValues}
                  setSecret={(name, value) =>
                    setSecrets(({ [name]: _, ...others }) =>
                      value === undefined ? others : { ...others, [name]: value },
                    )
                  }
                />
              ) : null
            ) : run.isPending ? (
              <Skeleton height={240} />
            ) : refused ? (
              <Notice level="error" title="The form is not filled in as the template asks">
                {refused.map((each) => each.stack ?? each.message).join('\n')}
              </Notice>
            ) : run.error ? (
              <ErrorNotice title="The dry run failed" error={run.error} />
            ) : run.data ? (
              <DryRunView key={run.submittedAt} result={run.data} />
            ) : (
              <Empty title="Not run yet">
                A dry run does everything that changes nothing outside: it fetches, renders and shows the
                files. It takes the values of the form.
              </Empty>
            )}
          </div>
        </aside>
      </div>
    </div>
  );
}

function NewFile({ project, onAdd }: { project: Project; onAdd: (path: string) => void }) {
  const [path, setPath] = useState<string>();
  const problem = path === undefined ? undefined : pathProblem(path.trim(), project.files);
  if (path === undefined) {
    return (
      <div>
        <Button small weight="quiet" onClick={() => setPath('')}>
          <IconPlus size={15} aria-hidden />
          New file
        </Button>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem) return;
    onAdd(path.trim());
    setPath(undefined);
  };
  return (
    <form className={styles.newFile} onSubmit={submit}>
      <input
        // biome-ignore lint/a11y/noAutofocus: it was asked for just now
        autoFocus
        aria-label="Path of the new file"
        aria-invalid={path !== '' && problem !== undefined}
        placeholder="skeleton/README.md"
        value={path}
        onChange={({ target }) => setPath(target.value)}
        onKeyDown={({ key }) => {
          if (key === 'Escape') setPath(undefined);
        }}
      />
      {path !== '' && problem ? <span className={styles.problem}>{problem}</span> : null}
    </form>
  );
}
