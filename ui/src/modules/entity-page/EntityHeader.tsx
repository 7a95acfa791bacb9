// The top of an entity page: what it is, whose it is, whether it is well, and what can be done with it.

import { Menu } from '@mantine/core';
import {
  IconCode,
  IconCopy,
  IconDots,
  IconEdit,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Entity } from '@/api/catalog';
import { messageOf } from '@/api/error';
import { dependencies, NEED_RELATIONS } from '@/api/queries/dependencies';
import { refreshEntity } from '@/api/queries/entities';
import { useShortcut } from '@/app/shortcuts';
import { buttonClass, IconButton } from '@/components/Button';
import { SafeLink } from '@/components/SafeLink';
import { safeHref } from '@/components/safeHref';
import { toast } from '@/components/toasts';
import { GatedButton, reasonFor } from '@/modules/access/Gated';
import { DELETE_ENTITY, REFRESH_ENTITY } from '@/modules/access/permissions';
import { useMay } from '@/modules/access/useMay';
import { EntityLink } from '@/modules/entity/EntityLink';
import {
  annotation,
  displayName,
  metaText,
  ownerOf,
  problemsOf,
  related,
  specText,
} from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { kindLook } from '@/modules/entity/kinds';
import { formatRef, refOf, refText } from '@/modules/entity/ref';
import { StarButton } from '@/modules/stars/StarButton';
import { useStars } from '@/modules/stars/useStars';
import styles from './EntityHeader.module.css';
import { locationHref, parseLocationRef, shortTarget } from './locationRef';
import { type TabId, tabsOf } from './tabs';

const UnregisterDialog = lazy(() => import('./UnregisterDialog'));

export function EntityHeader({ entity, tab }: { entity: Entity; tab: TabId }) {
  const ref = refOf(entity);
  const title = displayName(entity);
  const { toggle } = useStars();
  useShortcut('Entity', 's', 'Star, or take the star back', () => toggle(refText(entity)));
  const problems = problemsOf(entity);
  const owner = ownerOf(entity);
  const parents = related(entity, 'partOf').concat(related(entity, 'childOf'));
  const lifecycle = specText(entity, 'lifecycle');
  const { data: dependents } = useQuery({
    ...dependencies(refText(entity), 'neededBy', 1),
    enabled: (entity.relations ?? []).some((relation) => NEED_RELATIONS.neededBy.includes(relation.type)),
  });
  const needed = dependents?.items.length;
  const code =
    locationHref(parseLocationRef(annotation(entity, 'backstage.io/source-location'))) ??
    safeHref(annotation(entity, 'backstage.io/view-url'));
  const look = kindLook(entity.kind);
  return (
    <header className={styles.header}>
      <div className={styles.crumbs}>
        <Link
          to="/catalog"
          search={{ kind: entity.kind.toLowerCase() === 'component' ? undefined : entity.kind.toLowerCase() }}
        >
          {look.plural}
        </Link>
        {specText(entity, 'type') ? (
          <>
            <span aria-hidden>·</span>
            <span>{specText(entity, 'type')}</span>
          </>
        ) : null}
        {ref.namespace === 'default' ? null : (
          <>
            <span aria-hidden>·</span>
            <span>{ref.namespace}</span>
          </>
        )}
      </div>
      <div className={styles.top}>
        <div className={styles.title}>
          <KindIcon kind={entity.kind} size={22} />
          <h1>{title}</h1>
          {title === ref.name ? null : <span className={`${styles.name} mono ellipsis`}>{ref.name}</span>}
          <StarButton entityRef={refText(entity)} name={title} size={18} />
        </div>
        <Actions entity={entity} />
      </div>
      {metaText(entity, 'description') ? (
        <p className={styles.description}>{metaText(entity, 'description')}</p>
      ) : null}
      <dl className={styles.facts}>
        {owner ? (
          <div>
            <dt>Owner</dt>
            <dd>
              <EntityLink target={owner} />
            </dd>
          </div>
        ) : null}
        {parents.slice(0, 2).map((parent) => (
          <div key={formatRef(parent)}>
            <dt>{parent.kind === 'group' ? 'Parent' : kindLook(parent.kind).label}</dt>
            <dd>
              <EntityLink target={parent} />
            </dd>
          </div>
        ))}
        {lifecycle ? (
          <div>
            <dt>Lifecycle</dt>
            <dd>{lifecycle}</dd>
          </div>
        ) : null}
        {code ? (
          <div>
            <dt>Code</dt>
            <dd>
              <SafeLink address={code}>{shortTarget(code)}</SafeLink>
            </dd>
          </div>
        ) : null}
        <div>
          <dt>Processing</dt>
          <dd className={problems.length > 0 ? styles.bad : styles.good}>
            {problems.length === 0
              ? 'No problems'
              : problems.length === 1
                ? '1 problem'
                : `${problems.length} problems`}
          </dd>
        </div>
        {needed ? (
          <div>
            <dt>Needed by</dt>
            <dd className="tabular">{needed.toLocaleString('en')}</dd>
          </div>
        ) : null}
      </dl>
      <nav className={styles.tabs} aria-label={`Parts of ${title}`}>
        {tabsOf(entity).map((each) => (
          <Link
            key={each.id}
            to="/catalog/$namespace/$kind/$name/{-$tab}"
            params={{
              namespace: ref.namespace,
              kind: ref.kind.toLowerCase(),
              name: ref.name,
              tab: each.id === 'overview' ? undefined : each.id,
            }}
            className={`${styles.tab} ${each.id === tab ? styles.tabOn : ''}`}
            aria-current={each.id === tab ? 'page' : undefined}
          >
            {each.label}
          </Link>
        ))}
      </nav>
    </header>
  );
}

function Actions({ entity }: { entity: Entity }) {
  const client = useQueryClient();
  const [dialog, setDialog] = useState(false);
  const source = locationHref(parseLocationRef(annotation(entity, 'backstage.io/source-location')));
  const view = source ?? safeHref(annotation(entity, 'backstage.io/view-url'));
  const edit = safeHref(annotation(entity, 'backstage.io/edit-url'));
  const { mutate: refresh, isPending } = useMutation({
    mutationFn: () => refreshEntity(refText(entity)),
    onSuccess: () => {
      toast.info('Reading it again', 'Changes appear here as soon as they are processed.');
      void client.invalidateQueries({ queryKey: ['catalog'] });
    },
    onError: (error) => toast.error('It was not refreshed', messageOf(error)),
  });
  const owner = ownerOf(entity);
  const mayRefresh = useMay(REFRESH_ENTITY, refText(entity)).allowed;
  const mayDelete = useMay(DELETE_ENTITY, refText(entity)).allowed;
  useShortcut('Entity', 'r', 'Read it again from its source', () => {
    if (mayRefresh) refresh();
    else toast.error('It was not refreshed', reasonFor({ permission: REFRESH_ENTITY, owner }));
  });
  return (
    <div className={styles.actions}>
      {entity.kind.toLowerCase() === 'template' ? (
        <Link
          to="/create/templates/$namespace/$name"
          params={{ namespace: refOf(entity).namespace, name: entity.metadata.name }}
          className={buttonClass('primary')}
        >
          <IconPlayerPlay size={16} aria-hidden />
          Create from this template
        </Link>
      ) : null}
      {view ? (
        <a href={view} target="_blank" rel="noopener noreferrer" className={buttonClass('default')}>
          <IconCode size={16} aria-hidden />
          Source
          <span className="visually-hidden"> (opens in a new tab)</span>
        </a>
      ) : null}
      {edit ? (
        <a href={edit} target="_blank" rel="noopener noreferrer" className={buttonClass('default')}>
          <IconEdit size={16} aria-hidden />
          Edit
          <span className="visually-hidden"> (opens in a new tab)</span>
        </a>
      ) : null}
      <GatedButton
        permission={REFRESH_ENTITY}
        resourceRef={refText(entity)}
        owner={owner}
        label="Read again from its source"
        onClick={() => refresh()}
        disabled={isPending}
      >
        <IconRefresh size={16} aria-hidden />
      </GatedButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <IconButton label="More actions" weight="default">
            <IconDots size={16} aria-hidden />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={15} aria-hidden />}
            onClick={() => void navigator.clipboard.writeText(refText(entity))}
          >
            Copy the reference
          </Menu.Item>
          {entity.kind.toLowerCase() === 'template' ? (
            <Menu.Item
              leftSection={<IconEdit size={15} aria-hidden />}
              renderRoot={(props) => (
                <Link to="/create/edit" search={{ template: refText(entity) }} {...props}>
                  {props.children}
                </Link>
              )}
            >
              Open in the template editor
            </Menu.Item>
          ) : null}
          <Menu.Item
            leftSection={<IconTrash size={15} aria-hidden />}
            disabled={!mayDelete}
            onClick={() => setDialog(true)}
          >
            Unregister
          </Menu.Item>
          {mayDelete ? null : (
            <Menu.Label maw={240}>{reasonFor({ permission: DELETE_ENTITY, owner })}</Menu.Label>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog ? (
        <Suspense>
          <UnregisterDialog entity={entity} onClose={() => setDialog(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
