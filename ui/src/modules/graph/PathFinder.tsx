// Asks for the other end of a path.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { entityPage } from '@/api/queries/entities';
import Dialog from '@/components/Dialog';
import { SearchField } from '@/components/SearchField';
import { displayName } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { refText } from '@/modules/entity/ref';
import styles from './GraphView.module.css';

const FOUND = 30;

type Props = { from: string; onChoose: (ref: string) => void; onClose: () => void };

export default function PathFinder({ from, onChoose, onClose }: Props) {
  const [text, setText] = useState('');
  const query = { query: {}, order: { field: 'metadata.name', order: 'asc' } as const, text };
  const { data } = useQuery({ ...entityPage(query, FOUND, 0), enabled: text !== '' });
  const found = text === '' ? [] : (data?.items ?? []).filter((entity) => refText(entity) !== from);
  return (
    <Dialog title="Path to another entity" onClose={onClose}>
      <SearchField label="Find an entity" value={text} onChange={setText} />
      <ul className={styles.found}>
        {found.map((entity) => (
          <li key={refText(entity)}>
            <button type="button" className={styles.foundOne} onClick={() => onChoose(refText(entity))}>
              <KindIcon kind={entity.kind} />
              <span className="ellipsis">{displayName(entity)}</span>
              <span className="quiet ellipsis">{refText(entity)}</span>
            </button>
          </li>
        ))}
      </ul>
      {text !== '' && data && found.length === 0 ? (
        <p className="quiet">{`Nothing is called "${text}"`}</p>
      ) : null}
    </Dialog>
  );
}
