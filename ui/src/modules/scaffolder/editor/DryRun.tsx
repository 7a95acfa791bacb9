// What a template would do with these values: its log, its steps, the files it makes, and its output. Nothing is kept.

import { useMemo, useState } from 'react';
import type { DryRunResult, TaskEvent } from '@/api/scaffolder';
import { CodeView } from '@/components/code/CodeView';
import { LogView } from '@/components/log/LogView';
import { Empty } from '@/components/Notice';
import { StepList } from '../task/StepList';
import { TaskOutput } from '../task/TaskOutput';
import { emptyView, type TaskView, viewAfter } from '../task/taskLog';
import styles from './Editor.module.css';
import { FileTree } from './FileTree';
import { fileOfContent } from './project';

/** The log of a dry run as if it were that of a task. */
export function viewOfDryRun({ log, steps }: DryRunResult): TaskView {
  const events = log.map(
    ({ body }, index): TaskEvent => ({
      id: index + 1,
      taskId: 'dry-run',
      type: 'log',
      createdAt: '',
      body,
    }),
  );
  return viewAfter(emptyView(steps), events);
}

type Part = 'files' | 'log' | 'output';

export function DryRunView({ result }: { result: DryRunResult }) {
  const [part, setPart] = useState<Part>(result.directoryContents.length > 0 ? 'files' : 'log');
  const view = useMemo(() => viewOfDryRun(result), [result]);
  const output = result.output ?? {};
  const parts: [Part, string][] = [
    ['files', `Files (${result.directoryContents.length})`],
    ['log', 'Log'],
    ['output', 'Output'],
  ];
  return (
    <section className={styles.dryRun} aria-label="Result of the dry run">
      <div className={styles.parts} role="tablist" aria-label="Parts of the result">
        {parts.map(([id, label]) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={id === part}
            className={`${styles.part} ${id === part ? styles.partOn : ''}`}
            onClick={() => setPart(id)}
          >
            {label}
          </button>
        ))}
      </div>
      {part === 'files' ? <ResultFiles result={result} /> : null}
      {part === 'log' ? (
        <div className={styles.dryLog}>
          <StepList steps={view.steps} running={false} chosen={undefined} onChoose={() => {}} />
          <div className={styles.dryLines}>
            <LogView
              label="Log of the dry run"
              lines={view.lines}
              follow={false}
              onFollow={() => {}}
              onMark={() => {}}
              wrap
            />
          </div>
        </div>
      ) : null}
      {part === 'output' ? (
        Object.keys(output).length > 0 ? (
          <TaskOutput output={output} />
        ) : (
          <Empty title="No output">What stands under spec.output shows here.</Empty>
        )
      ) : null}
    </section>
  );
}

function ResultFiles({ result }: { result: DryRunResult }) {
  const paths = useMemo(() => result.directoryContents.map(({ path }) => path), [result]);
  const [chosen, setChosen] = useState(paths.find((path) => !path.includes('/')) ?? paths[0]);
  const content = result.directoryContents.find(({ path }) => path === chosen);
  const file = useMemo(() => (content ? fileOfContent(content) : undefined), [content]);
  if (paths.length === 0) return <Empty title="No files">The steps left nothing in the workspace.</Empty>;
  return (
    <div className={styles.resultFiles}>
      <FileTree label="Files of the result" paths={paths} open={chosen} onOpen={setChosen} />
      {file ? (
        file.text === undefined ? (
          <p className="quiet">{`${file.path} is not text: ${(file.bytes?.length ?? 0).toLocaleString('en')} bytes`}</p>
        ) : (
          <CodeView text={file.text} label={content?.executable ? `${file.path}, executable` : file.path} />
        )
      ) : null}
    </div>
  );
}
