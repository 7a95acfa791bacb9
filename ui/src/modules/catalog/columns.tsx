// The columns of the catalog's table, and which ones a kind starts with.

import type { ReactNode } from 'react';
import type { Entity } from '@/api/catalog';
import { EntityLink } from '@/modules/entity/EntityLink';
import {
  displayName,
  metaText,
  ownerOf,
  problemsOf,
  specText,
  systemOf,
  text,
  texts,
} from '@/modules/entity/entity';
import { kindLook } from '@/modules/entity/kinds';
import { parseRef, refOf } from '@/modules/entity/ref';
import styles from './CatalogTable.module.css';

export type Column = {
  id: string;
  label: string;
  /** CSS grid track. */
  width: string;
  /** The search key to order by; a column without one cannot be sorted. */
  field?: string;
  cell: (entity: Entity) => ReactNode;
  /** The text for an export. */
  plain: (entity: Entity) => string;
};

function profile(entity: Entity, key: string): string | undefined {
  const value = entity.spec?.profile;
  return typeof value === 'object' && value !== null
    ? text((value as Record<string, unknown>)[key])
    : undefined;
}

function plainCell(read: (entity: Entity) => string | undefined): Pick<Column, 'cell' | 'plain'> {
  return {
    cell: (entity) => {
      const value = read(entity);
      return value ? (
        <span className="ellipsis" title={value}>
          {value}
        </span>
      ) : null;
    },
    plain: (entity) => read(entity) ?? '',
  };
}

function Tags({ tags }: { tags: string[] }) {
  return (
    <span className={styles.tags} title={tags.join(', ')}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}

const COLUMNS: Record<string, Column> = {
  name: {
    id: 'name',
    label: 'Name',
    width: 'minmax(220px, 1.6fr)',
    field: 'metadata.name',
    cell: (entity) => {
      const problems = problemsOf(entity).length;
      return (
        <>
          <EntityLink target={refOf(entity)} title={displayName(entity)} />
          {problems > 0 ? (
            <span className={styles.problem} title={problemsOf(entity)[0]?.message}>
              {problems === 1 ? '1 problem' : `${problems} problems`}
            </span>
          ) : null}
        </>
      );
    },
    plain: (entity) => entity.metadata.name,
  },
  kind: {
    id: 'kind',
    label: 'Kind',
    width: '110px',
    field: 'kind',
    ...plainCell((entity) => kindLook(entity.kind).label),
  },
  owner: {
    id: 'owner',
    label: 'Owner',
    width: 'minmax(130px, 0.8fr)',
    field: 'relations.ownedBy',
    cell: (entity) => {
      const owner = ownerOf(entity);
      return owner ? <EntityLink target={owner} /> : null;
    },
    plain: (entity) => specText(entity, 'owner') ?? '',
  },
  system: {
    id: 'system',
    label: 'System',
    width: 'minmax(130px, 0.8fr)',
    field: 'spec.system',
    cell: (entity) => {
      const system = systemOf(entity);
      return system ? <EntityLink target={system} /> : null;
    },
    plain: (entity) => specText(entity, 'system') ?? '',
  },
  domain: {
    id: 'domain',
    label: 'Domain',
    width: 'minmax(130px, 0.8fr)',
    field: 'spec.domain',
    cell: (entity) => {
      const domain = parseRef(specText(entity, 'domain') ?? '', {
        kind: 'domain',
        namespace: refOf(entity).namespace,
      });
      return domain ? <EntityLink target={domain} /> : null;
    },
    plain: (entity) => specText(entity, 'domain') ?? '',
  },
  type: {
    id: 'type',
    label: 'Type',
    width: '110px',
    field: 'spec.type',
    ...plainCell((entity) => specText(entity, 'type')),
  },
  lifecycle: {
    id: 'lifecycle',
    label: 'Lifecycle',
    width: '110px',
    field: 'spec.lifecycle',
    ...plainCell((entity) => specText(entity, 'lifecycle')),
  },
  description: {
    id: 'description',
    label: 'Description',
    width: 'minmax(160px, 2fr)',
    ...plainCell((entity) => metaText(entity, 'description')),
  },
  tags: {
    id: 'tags',
    label: 'Tags',
    width: 'minmax(120px, 1fr)',
    cell: (entity) => <Tags tags={texts(entity.metadata.tags)} />,
    plain: (entity) => texts(entity.metadata.tags).join(' '),
  },
  namespace: {
    id: 'namespace',
    label: 'Namespace',
    width: '110px',
    field: 'metadata.namespace',
    ...plainCell((entity) => metaText(entity, 'namespace')),
  },
  email: {
    id: 'email',
    label: 'Email',
    width: 'minmax(160px, 1fr)',
    field: 'spec.profile.email',
    ...plainCell((entity) => profile(entity, 'email')),
  },
  memberOf: {
    id: 'memberOf',
    label: 'Groups',
    width: 'minmax(160px, 1.4fr)',
    cell: (entity) => {
      const groups = texts(entity.spec?.memberOf);
      return (
        <span className={styles.refs}>
          {groups.slice(0, 2).map((group) => {
            const ref = parseRef(group, { kind: 'group', namespace: refOf(entity).namespace });
            return ref ? <EntityLink key={group} target={ref} /> : null;
          })}
          {groups.length > 2 ? (
            <span className="quiet" title={groups.join(', ')}>
              +{groups.length - 2}
            </span>
          ) : null}
        </span>
      );
    },
    plain: (entity) => texts(entity.spec?.memberOf).join(' '),
  },
  parent: {
    id: 'parent',
    label: 'Parent',
    width: 'minmax(130px, 1fr)',
    field: 'spec.parent',
    cell: (entity) => {
      const parent = parseRef(specText(entity, 'parent') ?? '', {
        kind: 'group',
        namespace: refOf(entity).namespace,
      });
      return parent ? <EntityLink target={parent} /> : null;
    },
    plain: (entity) => specText(entity, 'parent') ?? '',
  },
  target: {
    id: 'target',
    label: 'Target',
    width: 'minmax(240px, 2.5fr)',
    field: 'spec.target',
    ...plainCell((entity) => specText(entity, 'target')),
  },
};

const BY_KIND: Record<string, { shown: string[]; more: string[] }> = {
  component: {
    shown: ['name', 'owner', 'system', 'type', 'lifecycle', 'description'],
    more: ['tags', 'namespace'],
  },
  api: {
    shown: ['name', 'owner', 'system', 'type', 'lifecycle', 'description'],
    more: ['tags', 'namespace'],
  },
  resource: {
    shown: ['name', 'owner', 'system', 'type', 'description'],
    more: ['tags', 'namespace', 'lifecycle'],
  },
  system: { shown: ['name', 'owner', 'domain', 'description'], more: ['type', 'tags', 'namespace'] },
  domain: { shown: ['name', 'owner', 'description'], more: ['type', 'tags', 'namespace'] },
  group: { shown: ['name', 'type', 'parent', 'description'], more: ['email', 'tags', 'namespace'] },
  user: { shown: ['name', 'email', 'memberOf'], more: ['description', 'tags', 'namespace'] },
  location: { shown: ['name', 'type', 'target'], more: ['description', 'tags', 'namespace'] },
};

const OTHER = {
  shown: ['name', 'kind', 'owner', 'type', 'lifecycle', 'description'],
  more: ['system', 'tags', 'namespace'],
};

/** The columns that a kind can have, and whether each is shown. */
export function columnsFor(kind: string, chosen: string[] | undefined): { column: Column; shown: boolean }[] {
  const set = BY_KIND[kind] ?? OTHER;
  const shown = new Set(chosen ? ['name', ...chosen] : set.shown);
  return [...set.shown, ...set.more].flatMap((id) => {
    const column = COLUMNS[id];
    return column ? [{ column, shown: shown.has(id) }] : [];
  });
}

/** The search key of a column that may order the list. */
export function sortField(kind: string, sort: string | undefined): string {
  const found = columnsFor(kind, undefined).find(({ column }) => column.id === sort);
  return found?.column.field ?? 'metadata.name';
}
