// The conditions of a role: for what, under which condition, and a way to change each.

import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { PluginPolicies, PluginRules } from '@/api/queries/rbac';
import { Button, IconButton } from '@/components/Button';
import { Card } from '@/components/Card';
import { conditionWords } from './condition';
import type { DraftCondition } from './draft';
import styles from './Rbac.module.css';

const ConditionDialog = lazy(() => import('./ConditionDialog'));

export function Conditions({
  conditions,
  plugins,
  rules,
  readOnly,
  onChange,
}: {
  conditions: DraftCondition[];
  plugins: PluginPolicies[];
  rules: PluginRules[];
  readOnly: boolean;
  onChange: (conditions: DraftCondition[]) => void;
}) {
  const [editing, setEditing] = useState<DraftCondition | 'new'>();
  const save = (condition: DraftCondition) => {
    const known = conditions.some((each) => each.key === condition.key);
    onChange(
      known
        ? conditions.map((each) => (each.key === condition.key ? condition : each))
        : [...conditions, condition],
    );
    setEditing(undefined);
  };
  return (
    <Card
      title="Conditions"
      count={conditions.length}
      flush
      actions={
        readOnly ? null : (
          <Button small onClick={() => setEditing('new')}>
            <IconPlus size={15} aria-hidden />
            Add a condition
          </Button>
        )
      }
    >
      {conditions.length === 0 ? (
        <p className={styles.none}>
          None. A condition allows an action on some things only, such as those that somebody owns.
        </p>
      ) : (
        <ul className={styles.steps}>
          {conditions.map((condition) => (
            <li key={condition.key}>
              <div className={styles.condition}>
                <strong>
                  {`${condition.permissionMapping.map((each) => each.name || each.action).join(', ')} on ${condition.resourceType}`}
                </strong>
                <span className="quiet">{`only if ${conditionWords(condition.conditions)}`}</span>
              </div>
              {readOnly ? null : (
                <span className={styles.end}>
                  <IconButton small label="Change the condition" onClick={() => setEditing(condition)}>
                    <IconPencil size={15} aria-hidden />
                  </IconButton>
                  <IconButton
                    small
                    label="Remove the condition"
                    onClick={() => onChange(conditions.filter((each) => each.key !== condition.key))}
                  >
                    <IconTrash size={15} aria-hidden />
                  </IconButton>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {editing ? (
        <Suspense>
          <ConditionDialog
            condition={editing === 'new' ? undefined : editing}
            plugins={plugins}
            rules={rules}
            onSave={save}
            onClose={() => setEditing(undefined)}
          />
        </Suspense>
      ) : null}
    </Card>
  );
}
