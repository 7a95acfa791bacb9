// Where one starts: what is mine, what needs me, what changed, what I starred and saw last.

import { Link } from '@tanstack/react-router';
import { useIdentity } from '@/api/useSession';
import { useTitle } from '@/app/useTitle';
import { buttonClass } from '@/components/Button';
import { Empty } from '@/components/Notice';
import { usePersonName } from '@/modules/entity/usePersonName';
import { ChangesCard, NeedsCard, OwnedCard, RecentCard, RefsCard, useOwned } from '@/modules/home/HomeCards';
import { useRecent } from '@/modules/recent/recent';
import { useApprovals } from '@/modules/scaffolder/tasks/useApprovals';
import { useStars } from '@/modules/stars/useStars';
import styles from './Page.module.css';

export function HomePage() {
  const { ownershipEntityRefs } = useIdentity();
  const { starred } = useStars();
  const recent = useRecent();
  const owned = useOwned(ownershipEntityRefs);
  const approvals = useApprovals();
  useTitle('Home');
  const items = owned.data?.items ?? [];
  const total = owned.data?.totalItems ?? 0;
  const nothing =
    owned.isSuccess && approvals.length === 0 && total === 0 && starred.length === 0 && recent.length === 0;
  const name = usePersonName();
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>{`Hello, ${name}`}</h1>
      </div>
      {nothing ? (
        <Empty
          title="Nothing is yours yet"
          actions={
            <Link to="/catalog" className={buttonClass('primary')}>
              Browse the catalog
            </Link>
          }
        >
          What you own, star or look at shows here.
        </Empty>
      ) : (
        <div className={styles.columns}>
          <div className={styles.stack}>
            <NeedsCard items={items} owners={ownershipEntityRefs} approvals={approvals} />
            <OwnedCard items={items} total={total} />
          </div>
          <div className={styles.stack}>
            <ChangesCard items={items} />
            <RefsCard title="Starred" refs={starred} />
            <RecentCard />
          </div>
        </div>
      )}
    </div>
  );
}
