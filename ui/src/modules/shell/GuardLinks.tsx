// Pages that not everybody may open: their links are there for those who may.

import { IconHistory, IconShieldLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { standing } from '@/api/queries/rbac';
import { READ_AUDIT } from '@/modules/access/permissions';
import { useMay } from '@/modules/access/useMay';
import styles from './Shell.module.css';

export default function GuardLinks() {
  const roles = useQuery(standing());
  const audit = useMay(READ_AUDIT);
  return (
    <>
      {roles.data === 'authorized' ? (
        <Link to="/rbac" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconShieldLock size={17} stroke={1.75} aria-hidden />
          Access
        </Link>
      ) : null}
      {audit.allowed && audit.certain ? (
        <Link to="/audit" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconHistory size={17} stroke={1.75} aria-hidden />
          Audit
        </Link>
      ) : null}
    </>
  );
}
