// A condition as boxes in boxes: groups of conditions, and rules with their parameters.

import { IconFolderPlus, IconLogicNot, IconPlus, IconTrash } from '@tabler/icons-react';
import type { Condition, Rule } from '@/api/queries/rbac';
import { Button, IconButton } from '@/components/Button';
import styles from './ConditionTree.module.css';
import { childrenOf, GROUPS, type Group, groupOf, makeGroup, newRule } from './condition';
import { RuleParams } from './RuleParams';

type Props = {
  condition: Condition;
  rules: Rule[];
  resourceType: string;
  onChange: (condition: Condition) => void;
  onRemove?: (() => void) | undefined;
};

export function ConditionTree(props: Props) {
  return groupOf(props.condition) ? <GroupBox {...props} /> : <RuleBox {...props} />;
}

function GroupBox({ condition, rules, resourceType, onChange, onRemove }: Props) {
  const group = groupOf(condition) ?? 'anyOf';
  const children = childrenOf(condition);
  const replace = (index: number, child: Condition | undefined) =>
    onChange(
      makeGroup(
        group,
        children.flatMap((each, at) => (at === index ? (child ? [child] : []) : [each])),
      ),
    );
  const add = (child: Condition) => onChange(makeGroup(group, [...children, child]));
  return (
    <fieldset className={`${styles.group} ${styles[group]}`}>
      <legend className="visually-hidden">{GROUPS.find((each) => each.id === group)?.label}</legend>
      <div className={styles.head}>
        <select
          aria-label="How the conditions go together"
          className={styles.select}
          value={group}
          onChange={(event) => onChange(makeGroup(event.target.value as Group, children))}
        >
          {GROUPS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        {onRemove ? (
          <IconButton small label="Remove the group" onClick={onRemove}>
            <IconTrash size={15} aria-hidden />
          </IconButton>
        ) : null}
      </div>
      {children.map((child, index) => (
        <ConditionTree
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a condition have no name but their place
          key={index}
          condition={child}
          rules={rules}
          resourceType={resourceType}
          onChange={(next) => replace(index, next)}
          onRemove={group === 'not' || children.length === 1 ? undefined : () => replace(index, undefined)}
        />
      ))}
      {group === 'not' ? null : (
        <div className={styles.add}>
          <Button small onClick={() => add(newRule(rules, resourceType))}>
            <IconPlus size={15} aria-hidden />
            Rule
          </Button>
          <Button small onClick={() => add({ allOf: [newRule(rules, resourceType)] })}>
            <IconFolderPlus size={15} aria-hidden />
            Group
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function RuleBox({ condition, rules, resourceType, onChange, onRemove }: Props) {
  const leaf = condition as Extract<Condition, { rule: string }>;
  const rule = rules.find((each) => each.name === leaf.rule);
  return (
    <div className={styles.rule}>
      <div className={styles.head}>
        <select
          aria-label="Rule"
          className={styles.select}
          value={leaf.rule}
          onChange={(event) => onChange({ rule: event.target.value, resourceType, params: {} })}
        >
          {rule ? null : <option value={leaf.rule}>{leaf.rule || 'Choose a rule'}</option>}
          {rules.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <IconButton small label="Put the rule into a negation" onClick={() => onChange({ not: condition })}>
          <IconLogicNot size={15} aria-hidden />
        </IconButton>
        {onRemove ? (
          <IconButton small label="Remove the rule" onClick={onRemove}>
            <IconTrash size={15} aria-hidden />
          </IconButton>
        ) : null}
      </div>
      {rule?.description ? <p className="quiet">{rule.description}</p> : null}
      <RuleParams
        schema={rule?.paramsSchema}
        params={leaf.params ?? {}}
        onChange={(params) => onChange({ ...leaf, params })}
      />
    </div>
  );
}
