// Who is signed in, their page, and the way out.

import { Menu } from '@mantine/core';
import { IconLogout, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { signOut } from '@/api/session';
import { useIdentity } from '@/api/useSession';
import { parseRef } from '@/modules/entity/ref';
import { usePersonName } from '@/modules/entity/usePersonName';
import styles from './Shell.module.css';

export default function UserMenu() {
  const { userEntityRef } = useIdentity();
  const ref = parseRef(userEntityRef);
  const name = usePersonName();
  return (
    <Menu position="right-end">
      <Menu.Target>
        <button
          type="button"
          className={styles.link}
          aria-label={`You: ${name}`}
          onClick={(event) => event.stopPropagation()}
        >
          <IconUserCircle size={17} stroke={1.75} aria-hidden />
          <span className="ellipsis">{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{userEntityRef}</Menu.Label>
        {ref ? (
          <Menu.Item
            leftSection={<IconUserCircle size={15} aria-hidden />}
            renderRoot={(props) => (
              <Link
                to="/catalog/$namespace/$kind/$name/{-$tab}"
                params={{ namespace: ref.namespace, kind: ref.kind, name: ref.name }}
                {...props}
              />
            )}
          >
            Your page
          </Menu.Item>
        ) : null}
        <Menu.Item
          leftSection={<IconSettings size={15} aria-hidden />}
          renderRoot={(props) => <Link to="/settings/{-$tab}" params={{ tab: undefined }} {...props} />}
        >
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
