// What is wrong with a template's file: YAML that can't be read, steps that can't run here.

import type { Diagnostic } from '@codemirror/lint';
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Action, Json } from '@/api/scaffolder';
import { isRecord } from '../form/walk';

/** Larger files are shown, but not looked through. */
const LARGEST = 500_000;

function range(node: Node | null | undefined): { from: number; to: number } | undefined {
  return node?.range ? { from: node.range[0], to: node.range[1] } : undefined;
}

function yamlMarks(text: string): Diagnostic[] {
  return parseAllDocuments(text, { lineCounter: new LineCounter() }).flatMap((document) =>
    [...document.errors, ...document.warnings].map(
      (error): Diagnostic => ({
        from: Math.min(error.pos[0], text.length),
        to: Math.min(Math.max(error.pos[1], error.pos[0]), text.length),
        severity: error.name === 'YAMLWarning' ? 'warning' : 'error',
        message: error.message.split('\n')[0] ?? error.message,
      }),
    ),
  );
}

function stepMarks(text: string, actions: Action[]): Diagnostic[] {
  const known = new Map(actions.map((action) => [action.id, action]));
  return parseAllDocuments(text).flatMap((document): Diagnostic[] => {
    const steps = document.getIn(['spec', 'steps']);
    if (document.get('kind') !== 'Template' || !isSeq(steps)) return [];
    return steps.items.flatMap((step): Diagnostic[] => {
      if (!isMap(step)) return [];
      const pair = step.items.find(
        (each) => isPair(each) && isScalar(each.key) && each.key.value === 'action',
      );
      const node = pair && isScalar(pair.value) ? pair.value : undefined;
      const place = range(node ?? step);
      if (!place) return [];
      if (!node || typeof node.value !== 'string') {
        return [{ ...place, severity: 'error', message: 'A step needs an action' }];
      }
      const action = known.get(node.value);
      if (!action)
        return [{ ...place, severity: 'error', message: `This server has no action ${node.value}` }];
      const input = step.get('input');
      const given = isMap(input)
        ? input.items.map((each) => (isScalar(each.key) ? String(each.key.value) : ''))
        : [];
      const missing = (action.schema?.input?.required ?? []).filter((name) => !given.includes(name));
      return missing.length > 0
        ? [{ ...place, severity: 'warning', message: `${node.value} needs the input ${missing.join(', ')}` }]
        : [];
    });
  });
}

export function templateMarks(text: string, actions: Action[]): Diagnostic[] {
  if (text.length > LARGEST) return [];
  const marks = yamlMarks(text);
  // What does not parse says nothing about its steps.
  if (marks.some(({ severity }) => severity === 'error') || actions.length === 0) return marks;
  return [...marks, ...stepMarks(text, actions)];
}

/** The template of a file, if it holds one that parses. */
export function templateOf(text: string): { template?: Json; error?: string } {
  try {
    for (const document of parseAllDocuments(text)) {
      const [error] = document.errors;
      if (error) return { error: error.message };
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (isRecord(value) && value.kind === 'Template') return { template: value };
    }
    return { error: 'This file holds no entity of the kind Template' };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
