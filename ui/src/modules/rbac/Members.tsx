// Who has a role: users and groups of the catalog, added by typing, taken out with a click.

import { IconX } from '@tabler/icons-react';
import { IconButton } from '@/components/Button';
import { Card } from '@/components/Card';
import { EntityLink } from '@/modules/entity/EntityLink';
import { EntityPicker } from '@/modules/entity/EntityPicker';
import styles from './Rbac.module.css';

export function Members({
  members,
  readOnly,
  everybody,
  onChange,
}: {
  members: string[];
  readOnly: boolean;
  everybody: boolean;
  onChange: (members: string[]) => void;
}) {
  return (
    <Card title="Members" count={members.length}>
      {everybody ? <p>Everybody who is signed in has this role.</p> : null}
      <ul className={styles.members} aria-label="Members">
        {members.map((ref) => (
          <li key={ref}>
            <EntityLink target={ref} />
            {readOnly ? null : (
              <IconButton
                small
                label={`Remove ${ref}`}
                onClick={() => onChange(members.filter((each) => each !== ref))}
              >
                <IconX size={14} aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {members.length === 0 && !everybody ? <p className="quiet">Nobody yet.</p> : null}
      {readOnly ? null : (
        <div className={styles.add}>
          <EntityPicker
            label="Add a member"
            placeholder="Add a user or a group"
            kinds={['user', 'group']}
            exclude={members}
            onPick={(ref) => onChange([...members, ref])}
          />
        </div>
      )}
    </Card>
  );
}
