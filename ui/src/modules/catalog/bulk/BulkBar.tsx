// What can be done with the selected rows. It takes the place of the list's own bar, so that nothing moves.

import { Menu } from '@mantine/core';
import {
  IconCopy,
  IconDownload,
  IconRefresh,
  IconStar,
  IconStarOff,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { messageOf } from '@/api/error';
import { fetchByRefs, refreshEntity } from '@/api/queries/entities';
import { useShortcut } from '@/app/shortcuts';
import { Button, IconButton } from '@/components/Button';
import { toast } from '@/components/toasts';
import { startJob } from '@/modules/jobs/jobs';
import { useStars } from '@/modules/stars/useStars';
import type { Column } from '../columns';
import { saveCsv, saveJson } from '../exportRows';
import styles from './BulkBar.module.css';
import { type Chosen, MOST_SELECTED } from './useSelection';

const BulkUnregister = lazy(() => import('./BulkUnregister'));

type Props = {
  chosen: Chosen;
  total: number | undefined;
  columns: Column[];
  onAll: () => void;
  onClear: () => void;
};

async function copyRefs(refs: string[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(refs.join('\n'));
    toast.info('Copied', refs.length === 1 ? '1 reference' : `${refs.length} references`);
  } catch (error) {
    toast.error('The references were not copied', messageOf(error));
  }
}

export default function BulkBar({ chosen, total, columns, onAll, onClear }: Props) {
  const client = useQueryClient();
  const stars = useStars();
  const [removing, setRemoving] = useState(false);
  const refs = [...chosen.keys()];
  const starred = refs.every((ref) => stars.isStarred(ref));
  const refresh = () =>
    void startJob({
      doing: 'Reading again',
      done: 'Asked to be read again',
      items: refs,
      label: (ref) => ref,
      work: refreshEntity,
      after: () => void client.invalidateQueries({ queryKey: ['catalog'] }),
    });
  const star = () => stars.set(refs, !starred);
  const json = async () => {
    try {
      saveJson((await fetchByRefs(refs, undefined)).filter((entity) => entity !== null));
    } catch (error) {
      toast.error('The export failed', messageOf(error));
    }
  };
  useShortcut('Selection', 'Escape', 'Let all rows go', onClear);
  useShortcut('Selection', 'r', 'Read the selected again from their source', refresh);
  useShortcut('Selection', 's', 'Star the selected, or take their stars back', star);
  useShortcut('Selection', 'y', 'Copy the references of the selected', () => void copyRefs(refs));

  const Star = starred ? IconStarOff : IconStar;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected rows">
      <IconButton small label="Let all rows go" onClick={onClear}>
        <IconX size={16} aria-hidden />
      </IconButton>
      <span className={styles.count} role="status">{`${chosen.size.toLocaleString('en')} selected`}</span>
      {total !== undefined && total > chosen.size && chosen.size < MOST_SELECTED ? (
        <Button small weight="quiet" onClick={onAll} className={styles.all}>
          {`Select all ${total.toLocaleString('en')}`}
        </Button>
      ) : null}
      <span className={styles.actions}>
        <Button small onClick={refresh} title="Read again from their source">
          <IconRefresh size={15} aria-hidden />
          <span className={styles.word}>Refresh</span>
        </Button>
        <Button small onClick={star}>
          <Star size={15} aria-hidden />
          <span className={styles.word}>{starred ? 'Unstar' : 'Star'}</span>
        </Button>
        <Button small onClick={() => void copyRefs(refs)}>
          <IconCopy size={15} aria-hidden />
          <span className={styles.word}>Copy references</span>
        </Button>
        <Menu withinPortal={false} position="bottom-end">
          <Menu.Target>
            <Button small>
              <IconDownload size={15} aria-hidden />
              <span className={styles.word}>Export</span>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => saveCsv([...chosen.values()], columns)}>
              CSV, the columns in sight
            </Menu.Item>
            <Menu.Item onClick={() => void json()}>JSON, whole entities</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button small weight="danger" onClick={() => setRemoving(true)}>
          <IconTrash size={15} aria-hidden />
          <span className={styles.word}>Unregister</span>
        </Button>
      </span>
      {removing ? (
        <Suspense>
          <BulkUnregister
            refs={refs}
            onClose={() => setRemoving(false)}
            onStarted={() => {
              setRemoving(false);
              onClear();
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
