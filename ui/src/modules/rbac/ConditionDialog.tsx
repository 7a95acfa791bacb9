// One condition: of which things, for which actions, and the tree of rules, as boxes or as JSON.

import { useId, useState } from 'react';
import { messageOf } from '@/api/error';
import type { Condition, PluginPolicies, PluginRules } from '@/api/queries/rbac';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import { Notice } from '@/components/Notice';
import { ConditionTree } from './ConditionTree';
import { newRule, problemsOf, readCondition } from './condition';
import type { DraftCondition } from './draft';
import styles from './Rbac.module.css';

type Kind = { pluginId: string; resourceType: string };

/** The resource types that have both permissions and rules. */
function kindsOf(plugins: PluginPolicies[], rules: PluginRules[]): Kind[] {
  return rules.flatMap(({ pluginId, rules: own }) =>
    [...new Set(own.map((rule) => rule.resourceType))]
      .filter((resourceType) =>
        plugins.some((plugin) => plugin.policies.some((each) => each.resourceType === resourceType)),
      )
      .map((resourceType) => ({ pluginId, resourceType })),
  );
}

export default function ConditionDialog({
  condition,
  plugins,
  rules,
  onSave,
  onClose,
}: {
  condition: DraftCondition | undefined;
  plugins: PluginPolicies[];
  rules: PluginRules[];
  onSave: (condition: DraftCondition) => void;
  onClose: () => void;
}) {
  const kinds = kindsOf(plugins, rules);
  const [kind, setKind] = useState<Kind | undefined>(
    condition ? { pluginId: condition.pluginId, resourceType: condition.resourceType } : kinds[0],
  );
  const resourceType = kind?.resourceType ?? '';
  const own = rules
    .find((each) => each.pluginId === kind?.pluginId)
    ?.rules.filter((rule) => rule.resourceType === resourceType);
  const known = own ?? [];
  const [mapping, setMapping] = useState(condition?.permissionMapping ?? []);
  const [tree, setTree] = useState<Condition>(
    condition?.conditions ?? { anyOf: [newRule(known, resourceType)] },
  );
  const [json, setJson] = useState<string>();
  const jsonId = useId();
  const permissions = plugins.flatMap((plugin) =>
    plugin.policies.filter((each) => each.resourceType === resourceType),
  );

  let written: Condition | undefined = tree;
  let jsonError: string | undefined;
  if (json !== undefined) {
    try {
      written = readCondition(json);
    } catch (error) {
      written = undefined;
      jsonError = messageOf(error);
    }
  }
  const problems = written ? problemsOf(written, known) : [];
  const ready = written !== undefined && problems.length === 0 && mapping.length > 0 && kind !== undefined;
  const change = (next: Kind) => {
    setKind(next);
    setMapping([]);
    const theirs = rules.find((each) => each.pluginId === next.pluginId)?.rules ?? [];
    setTree({ anyOf: [newRule(theirs, next.resourceType)] });
    setJson(undefined);
  };
  return (
    <Dialog title={condition ? 'Change the condition' : 'Add a condition'} onClose={onClose} size={760}>
      <div className={styles.stack}>
        <fieldset className={styles.fieldset}>
          <legend>Of which things</legend>
          <select
            aria-label="Resource type"
            className={styles.select}
            value={`${kind?.pluginId} ${resourceType}`}
            // What a condition is about is what it is; another kind is another condition.
            disabled={condition !== undefined}
            onChange={(event) => {
              const next = kinds.find(
                (each) => `${each.pluginId} ${each.resourceType}` === event.target.value,
              );
              if (next) change(next);
            }}
          >
            {kinds.map((each) => (
              <option
                key={`${each.pluginId} ${each.resourceType}`}
                value={`${each.pluginId} ${each.resourceType}`}
              >
                {`${each.resourceType} (${each.pluginId})`}
              </option>
            ))}
          </select>
        </fieldset>
        <fieldset className={styles.fieldset}>
          <legend>What it allows</legend>
          {permissions.map(({ name, policy = 'use' }) => (
            <label key={name} className={styles.check}>
              <input
                type="checkbox"
                checked={mapping.some((each) => each.name === name)}
                onChange={(event) =>
                  setMapping(
                    event.target.checked
                      ? [...mapping, { name, action: policy }]
                      : mapping.filter((each) => each.name !== name),
                  )
                }
              />
              <span className="mono">{name}</span>
            </label>
          ))}
          {mapping.length === 0 ? <p className="quiet">Choose at least one.</p> : null}
        </fieldset>
        <fieldset className={styles.fieldset}>
          <legend>
            Only if
            <Button
              small
              weight="quiet"
              className={styles.end}
              disabled={json !== undefined && !written}
              onClick={() => {
                if (json === undefined) setJson(JSON.stringify(tree, null, 2));
                else if (written) {
                  setTree(written);
                  setJson(undefined);
                }
              }}
            >
              {json === undefined ? 'Show as JSON' : 'Show as boxes'}
            </Button>
          </legend>
          {json === undefined ? (
            <ConditionTree condition={tree} rules={known} resourceType={resourceType} onChange={setTree} />
          ) : (
            <>
              <label className="visually-hidden" htmlFor={jsonId}>
                The condition as JSON
              </label>
              <textarea
                id={jsonId}
                className={`${styles.json} mono`}
                spellCheck={false}
                rows={Math.min(24, json.split('\n').length + 1)}
                value={json}
                onChange={(event) => setJson(event.target.value)}
              />
            </>
          )}
        </fieldset>
        {jsonError ? (
          <Notice level="error" title="This JSON is not a condition">
            {jsonError}
          </Notice>
        ) : problems.length > 0 ? (
          <Notice level="warning" title="Not complete yet">
            {problems.map(({ path, message }) => `${path}: ${message}`).join('\n')}
          </Notice>
        ) : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            weight="primary"
            disabled={!ready}
            onClick={() => {
              if (!written || !kind) return;
              onSave({
                result: 'CONDITIONAL',
                roleEntityRef: condition?.roleEntityRef ?? '',
                id: condition?.id,
                key: condition?.key ?? crypto.randomUUID(),
                ...kind,
                permissionMapping: mapping,
                conditions: written,
              });
            }}
          >
            {condition ? 'Keep the change' : 'Add it'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
