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
import { type EntityRef, formatRef, parseRef, refOf, shortRef } from '@/modules/entity/ref';
import styles from './CatalogTable.module.css';

/** What is known about an entity that a cell names: its title, and whether it is there at all. */
export type NameOf = (ref: EntityRef) => { title: string; missing: boolean };

export type Column = {
  id: string;
  label: string;
  /** CSS grid track. */
  width: string;
  /** The search key to order by; a column without one cannot be sorted. */
  field?: string;
  cell: (entity: Entity, nameOf: NameOf) => ReactNode;
  /** The other entities that the cell names. */
  refs?: (entity: Entity) => EntityRef[];
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

/** A cell that names one other entity. */
function referenceCell(read: (entity: Entity) => EntityRef | undefined): Pick<Column, 'cell' | 'refs'> {
  return {
    cell: (entity, nameOf) => {
      const ref = read(entity);
      return ref ? <EntityLink target={ref} {...nameOf(ref)} /> : null;
    },
    refs: (entity) => {
      const ref = read(entity);
      return ref ? [ref] : [];
    },
  };
}

function specRef(key: string, kind: string): (entity: Entity) => EntityRef | undefined {
  return (entity) => parseRef(specText(entity, key) ?? '', { kind, namespace: refOf(entity).namespace });
}

function groupsOf(entity: Entity): EntityRef[] {
  const defaults = { kind: 'group', namespace: refOf(entity).namespace };
  return texts(entity.spec?.memberOf).flatMap((group) => parseRef(group, defaults) ?? []);
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

const SHOWN_REFS = 2;

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
    ...referenceCell(ownerOf),
    plain: (entity) => specText(entity, 'owner') ?? '',
  },
  system: {
    id: 'system',
    label: 'System',
    width: 'minmax(130px, 0.8fr)',
    field: 'spec.system',
    ...referenceCell(systemOf),
    plain: (entity) => specText(entity, 'system') ?? '',
  },
  domain: {
    id: 'domain',
    label: 'Domain',
    width: 'minmax(130px, 0.8fr)',
    field: 'spec.domain',
    ...referenceCell(specRef('domain', 'domain')),
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
    cell: (entity, nameOf) => {
      const groups = groupsOf(entity);
      return (
        <span className={styles.refs}>
          {groups.slice(0, SHOWN_REFS).map((ref) => (
            <EntityLink key={formatRef(ref)} target={ref} {...nameOf(ref)} />
          ))}
          {groups.length > SHOWN_REFS ? (
            <span className="quiet" title={groups.map(shortRef).join(', ')}>
              +{groups.length - SHOWN_REFS}
            </span>
          ) : null}
        </span>
      );
    },
    refs: (entity) => groupsOf(entity).slice(0, SHOWN_REFS),
    plain: (entity) => texts(entity.spec?.memberOf).join(' '),
  },
  parent: {
    id: 'parent',
    label: 'Parent',
    width: 'minmax(130px, 1fr)',
    field: 'spec.parent',
    ...referenceCell(specRef('parent', 'group')),
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
