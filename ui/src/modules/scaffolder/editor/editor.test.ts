import { describe, expect, it } from 'vitest';
import type { Action } from '@/api/scaffolder';
import { offersAt } from './complete';
import { treeRows } from './FileTree';
import { templateMarks, templateOf } from './marks';
import { contentsOf, fileOf, fileOfContent, pathProblem } from './project';
import { projectOfStart, STARTS } from './startingPoints';
import { placeAt } from './yamlPlace';

const ACTIONS: Action[] = [
  {
    id: 'fetch:template',
    schema: {
      input: {
        type: 'object',
        required: ['url'],
        properties: { url: { type: 'string' }, replace: { type: 'boolean' }, values: { type: 'object' } },
      },
    },
  },
  { id: 'debug:log', schema: { input: { type: 'object', properties: { message: { type: 'string' } } } } },
];

/** The place of `|` in a text, and the labels that are offered there. */
function at(marked: string) {
  const position = marked.indexOf('|');
  const text = marked.replace('|', '');
  const place = placeAt(text, position);
  return { place, labels: offersAt(place, ACTIONS, text).offers.map(({ label }) => label) };
}

describe('completion in a template', () => {
  it('offers actions', () => {
    const { place, labels } = at('spec:\n  steps:\n    - id: a\n      action: fe|');
    expect(place.path).toEqual(['spec', 'steps', '[]']);
    expect(labels).toEqual(['fetch:template', 'debug:log']);
  });

  it('offers the inputs of the action of the step, wherever the action is named', () => {
    expect(at('spec:\n  steps:\n    - action: fetch:template\n      input:\n        u|').labels).toContain(
      'url',
    );
    expect(at('spec:\n  steps:\n    - input:\n        |\n      action: debug:log\n').labels).toEqual([
      'message',
    ]);
    expect(at('spec:\n  steps:\n  - id: a\n    action: debug:log\n    input:\n      m|').labels).toEqual([
      'message',
    ]);
    expect(
      at('spec:\n  steps:\n    - action: fetch:template\n      input:\n        replace: |').labels,
    ).toEqual(['true', 'false']);
  });

  it('does not take the action of another step', () => {
    const text =
      'spec:\n  steps:\n    - action: fetch:template\n      input:\n        url: x\n    - action: debug:log\n      input:\n        |';
    expect(at(text).labels).toEqual(['message']);
  });

  it('offers fields and their options', () => {
    const head = 'spec:\n  parameters:\n    - title: A\n      properties:\n        owner:\n';
    expect(at(`${head}          ui:field: |`).labels).toContain('OwnerPicker');
    expect(
      at(`${head}          ui:field: RepoUrlPicker\n          ui:options:\n            |`).labels,
    ).toContain('allowedHosts');
    expect(at(`${head}          ti|`).labels).toContain('title');
    expect(at(`${head}          type: |`).labels).toContain('string');
  });

  it('offers what a template is made of', () => {
    expect(at('|').labels).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(at('spec:\n  |').labels).toContain('parameters');
    expect(at('spec:\n  steps:\n    - |').labels).toContain('action');
    expect(at('spec:\n  output:\n    links:\n      - title: x\n        |').labels).toContain('entityRef');
  });
});

describe('marks', () => {
  const template = (steps: string) => `kind: Template\nspec:\n  steps:\n${steps}`;

  it('stand at an action that this server does not have', () => {
    const text = template('    - action: no:such\n');
    const [mark] = templateMarks(text, ACTIONS);
    expect(mark).toMatchObject({ severity: 'error', message: 'This server has no action no:such' });
    expect(text.slice(mark?.from, mark?.to)).toBe('no:such');
  });

  it('name inputs that are missing', () => {
    expect(templateMarks(template('    - action: fetch:template\n'), ACTIONS)).toMatchObject([
      { severity: 'warning', message: 'fetch:template needs the input url' },
    ]);
  });

  it('stand where YAML cannot be read', () => {
    expect(templateMarks('a: [1\nb: 2', ACTIONS)[0]?.severity).toBe('error');
  });

  it('leave the starting points alone but for what the server lacks', () => {
    for (const start of STARTS) {
      const file = projectOfStart(start).files.find(({ path }) => path === 'template.yaml');
      expect(templateOf(file?.text ?? '').template).toBeDefined();
      expect(templateMarks(file?.text ?? '', []).length).toBe(0);
    }
  });
});

describe('the files of a project', () => {
  it('survive the way to a dry run and back', () => {
    const text = fileOf('a.txt', new TextEncoder().encode('ä\n'));
    const binary = fileOf('b.bin', new Uint8Array([0, 255, 1]));
    expect(text.text).toBe('ä\n');
    expect(binary.text).toBeUndefined();
    const [first, second] = contentsOf([text, binary]);
    if (!first || !second) throw new Error('There are two files');
    expect(fileOfContent(first).text).toBe('ä\n');
    expect([...(fileOfContent(second).bytes ?? [])]).toEqual([0, 255, 1]);
  });

  it.each(['../x', '/x', 'a//b', 'a/../b', '', 'a/'])('never get the path %s', (path) => {
    expect(pathProblem(path, [])).toBeDefined();
  });

  it('are a tree, folders first', () => {
    expect(treeRows(['b.txt', 'a/c.txt', 'a/d/e.txt'], new Set(['a/d'])).map(({ path }) => path)).toEqual([
      'a',
      'a/d',
      'a/c.txt',
      'b.txt',
    ]);
  });
});
