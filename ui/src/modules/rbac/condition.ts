// Conditions as trees: reading them from JSON, changing a node, and what is wrong with them.

import type { Condition, Rule, Schema } from '@/api/queries/rbac';

export type Group = 'allOf' | 'anyOf' | 'not';
export const GROUPS: { id: Group; label: string }[] = [
  { id: 'allOf', label: 'All of these hold' },
  { id: 'anyOf', label: 'Any of these holds' },
  { id: 'not', label: 'This does not hold' },
];

const MAX_DEPTH = 12;
const MAX_NODES = 256;
const MAX_ITEMS = 64;

export const ALIASES = [
  { value: '$currentUser', about: 'whoever asks' },
  { value: '$ownerRefs', about: 'whoever asks and their groups' },
];

export function groupOf(condition: Condition): Group | undefined {
  if ('allOf' in condition) return 'allOf';
  if ('anyOf' in condition) return 'anyOf';
  if ('not' in condition) return 'not';
  return undefined;
}

export function childrenOf(condition: Condition): Condition[] {
  if ('allOf' in condition) return condition.allOf;
  if ('anyOf' in condition) return condition.anyOf;
  if ('not' in condition) return [condition.not];
  return [];
}

export function makeGroup(group: Group, children: Condition[]): Condition {
  if (group === 'allOf') return { allOf: children };
  if (group === 'anyOf') return { anyOf: children };
  const [only] = children;
  // A negation holds one condition; several become "any of" inside of it.
  return { not: children.length === 1 && only ? only : { anyOf: children } };
}

export function newRule(rules: Rule[], resourceType: string): Condition {
  const rule = rules.find((each) => each.resourceType === resourceType);
  return { rule: rule?.name ?? '', resourceType, params: {} };
}

export type Problem = { path: string; message: string };

function paramProblems(schema: Schema | undefined, params: Record<string, unknown>, path: string): Problem[] {
  const problems: Problem[] = [];
  for (const name of schema?.required ?? []) {
    const value = params[name];
    const missing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    if (missing) problems.push({ path: `${path}.params.${name}`, message: `"${name}" is missing` });
  }
  return problems;
}

/** Everything that the server would refuse, with the path to it. */
export function problemsOf(condition: Condition, rules: Rule[]): Problem[] {
  let nodes = 0;
  const problems: Problem[] = [];
  const visit = (node: Condition, depth: number, path: string) => {
    nodes += 1;
    if (depth > MAX_DEPTH) {
      problems.push({ path, message: `conditions may be nested ${MAX_DEPTH} deep at most` });
      return;
    }
    const group = groupOf(node);
    if (!group) {
      const leaf = node as Extract<Condition, { rule: string }>;
      const rule = rules.find((each) => each.name === leaf.rule && each.resourceType === leaf.resourceType);
      if (!rule)
        problems.push({ path, message: leaf.rule ? `there is no rule ${leaf.rule}` : 'choose a rule' });
      else problems.push(...paramProblems(rule.paramsSchema, leaf.params ?? {}, path));
      return;
    }
    const children = childrenOf(node);
    if (children.length === 0) problems.push({ path, message: 'a group needs at least one condition' });
    if (children.length > MAX_ITEMS)
      problems.push({ path, message: `a group holds ${MAX_ITEMS} conditions at most` });
    children.forEach((child, index) => {
      visit(child, depth + 1, group === 'not' ? `${path}.not` : `${path}.${group}[${index}]`);
    });
  };
  visit(condition, 1, 'conditions');
  if (nodes > MAX_NODES)
    problems.push({ path: 'conditions', message: `a condition holds ${MAX_NODES} parts at most` });
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readNode(value: unknown, path: string): Condition {
  if (!isObject(value)) throw new Error(`${path} must be an object`);
  for (const group of ['allOf', 'anyOf'] as const) {
    const children = value[group];
    if (children === undefined) continue;
    if (!Array.isArray(children)) throw new Error(`${path}.${group} must be a list`);
    const read = children.map((child, index) => readNode(child, `${path}.${group}[${index}]`));
    return group === 'allOf' ? { allOf: read } : { anyOf: read };
  }
  if (value.not !== undefined) return { not: readNode(value.not, `${path}.not`) };
  const { rule, resourceType, params } = value;
  if (typeof rule !== 'string' || typeof resourceType !== 'string') {
    throw new Error(`${path} must have allOf, anyOf, not, or a rule with its resourceType`);
  }
  if (params !== undefined && !isObject(params)) throw new Error(`${path}.params must be an object`);
  return { rule, resourceType, ...(params === undefined ? {} : { params }) };
}

/** A condition from its JSON text; throws with the place that is wrong. */
export function readCondition(text: string): Condition {
  return readNode(JSON.parse(text), 'conditions');
}

function paramWords(params: Record<string, unknown> | undefined): string {
  return Object.entries(params ?? {})
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join('; ');
}

/** A condition in one line. */
export function conditionWords(condition: Condition): string {
  const group = groupOf(condition);
  if (!group) {
    const leaf = condition as Extract<Condition, { rule: string }>;
    const words = paramWords(leaf.params);
    return words ? `${leaf.rule} (${words})` : leaf.rule;
  }
  const inner = childrenOf(condition).map(conditionWords);
  if (group === 'not') return `not ${inner[0] ?? ''}`;
  const joined = inner.join(group === 'allOf' ? ' and ' : ' or ');
  return inner.length > 1 ? `(${joined})` : joined;
}
