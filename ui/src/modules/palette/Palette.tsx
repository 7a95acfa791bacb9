// The palette: type to find any entity or page, arrows to choose, Enter to go.

import { Modal } from '@mantine/core';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Entity } from '@/api/catalog';
import { entitiesByRefs, fetchPage } from '@/api/queries/entities';
import { ROW_FIELDS } from '@/api/queries/pageRequest';
import { Kbd } from '@/components/Kbd';
import { MiddleText } from '@/components/MiddleText';
import { displayName, metaText, ownerOf, specText } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { kindLook } from '@/modules/entity/kinds';
import { refOf, refText, shortRef } from '@/modules/entity/ref';
import { useRecent } from '@/modules/recent/recent';
import styles from './Palette.module.css';
import { ranked } from './ranking';

const PAGES = [
  { to: '/home', label: 'Home' },
  { to: '/catalog', label: 'Catalog' },
  { to: '/catalog-graph', label: 'Graph' },
  { to: '/create', label: 'Create: all templates' },
  { to: '/create/tasks', label: 'Create: tasks' },
  { to: '/create/edit', label: 'Create: template editor' },
  { to: '/create/actions', label: 'Create: actions of templates' },
  { to: '/create/fields', label: 'Create: fields of forms' },
  { to: '/create/templating-extensions', label: 'Create: filters and functions of templates' },
  { to: '/catalog-import', label: 'Register a catalog file' },
  { to: '/operations', label: 'Operations: failed and pending entities, locations' },
  { to: '/settings/{-$tab}', label: 'Settings' },
  { to: '/rbac', label: 'Access: roles and permissions' },
  { to: '/audit', label: 'Audit: who did what' },
] as const;

const FOUND = 60;
const SHOWN = 30;
const RECENT = 8;

type Option = { key: string; section: string; href: string; body: ReactNode };

/** Waits for a pause in typing, so that each word is one request. */
function useSettled(text: string, pause: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause);
    return () => clearTimeout(timer);
  }, [text, pause]);
  return settled;
}

function EntityBody({ entity }: { entity: Entity }) {
  const owner = ownerOf(entity);
  return (
    <>
      <KindIcon kind={entity.kind} />
      <span className={styles.name}>
        <MiddleText text={displayName(entity)} />
      </span>
      <span className={`${styles.about} ellipsis`}>{metaText(entity, 'description')}</span>
      <span className={styles.meta}>
        {[specText(entity, 'type') ?? kindLook(entity.kind).label, owner ? shortRef(owner) : undefined]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  );
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const router = useRouter();
  const navigate = useNavigate();
  const term = useSettled(text.trim(), 60);
  const recentRefs = useRecent().slice(0, RECENT);

  const recent = useQuery({ ...entitiesByRefs(recentRefs), enabled: recentRefs.length > 0 && term === '' });
  const found = useQuery({
    queryKey: ['catalog', 'palette', term],
    queryFn: ({ signal }) =>
      fetchPage({ query: {}, text: term }, { limit: FOUND, fields: ROW_FIELDS, signal }),
    enabled: term !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

  const hrefOf = (entity: Entity) => {
    const ref = refOf(entity);
    return router.buildLocation({
      to: '/catalog/$namespace/$kind/$name/{-$tab}',
      params: { namespace: ref.namespace, kind: ref.kind.toLowerCase(), name: ref.name },
    }).href;
  };
  const entityOption =
    (section: string) =>
    (entity: Entity): Option => ({
      key: `${section} ${refText(entity)}`,
      section,
      href: hrefOf(entity),
      body: <EntityBody entity={entity} />,
    });
  const pages = PAGES.filter((page) => page.label.toLowerCase().includes(text.trim().toLowerCase())).map(
    (page): Option => ({
      key: page.to,
      section: 'Pages',
      href: router.buildLocation({ to: page.to }).href,
      body: (
        <>
          <IconArrowRight size={16} aria-hidden />
          {page.label}
        </>
      ),
    }),
  );
  const entities = term
    ? ranked(found.data?.items ?? [], term)
        .slice(0, SHOWN)
        .map(entityOption('Entities'))
    : (recent.data ?? [])
        .filter((entity): entity is Entity => entity !== null)
        .map(entityOption('Seen last'));
  const options = [...entities, ...pages];
  const current = Math.min(chosen, options.length - 1);

  const go = (option: Option | undefined, event: { metaKey: boolean; ctrlKey: boolean }) => {
    if (!option) return;
    if (event.metaKey || event.ctrlKey) {
      window.open(router.history.createHref(option.href), '_blank', 'noopener');
      return;
    }
    onClose();
    void navigate({ href: option.href });
  };

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  return (
    <Modal.Root opened onClose={onClose} padding={0} size={680} yOffset="12vh" returnFocus>
      <Modal.Overlay />
      <Modal.Content aria-label="Search">
        <div className={styles.box}>
          <div className={styles.head}>
            <IconSearch size={18} aria-hidden />
            <input
              data-autofocus
              className={styles.input}
              role="combobox"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={options[current] ? `${listId}-${current}` : undefined}
              aria-label="Search entities and pages"
              placeholder="Search entities and pages"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setChosen(0);
              }}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                  event.preventDefault();
                  const by = event.key === 'ArrowDown' ? 1 : -1;
                  setChosen((current + by + options.length) % Math.max(1, options.length));
                } else if (event.key === 'Enter') {
                  event.preventDefault();
                  go(options[current], event);
                }
              }}
            />
          </div>
          <div
            ref={list}
            className={styles.list}
            id={listId}
            role="listbox"
            aria-label="Results"
            tabIndex={-1}
          >
            {options.map((option, index) => (
              <OptionRow
                key={option.key}
                id={`${listId}-${index}`}
                option={option}
                heading={option.section !== options[index - 1]?.section}
                selected={index === current}
                onHover={() => setChosen(index)}
                onGo={(event) => {
                  event.preventDefault();
                  go(option, event);
                }}
              />
            ))}
          </div>
          {term && entities.length === 0 && !found.isFetching ? (
            <div
              className={styles.empty}
              role="status"
            >{`No entity holds "${term}" in its name, title or description`}</div>
          ) : null}
          <div className={styles.foot} aria-hidden>
            <span>
              <Kbd>↑</Kbd>
              <Kbd>↓</Kbd> choose
            </span>
            <span>
              <Kbd>↵</Kbd> open
            </span>
            <span>
              <Kbd>Esc</Kbd> close
            </span>
            {term && found.data ? (
              <span
                style={{ marginLeft: 'auto' }}
              >{`${found.data.totalItems.toLocaleString('en')} found`}</span>
            ) : null}
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

function OptionRow({
  id,
  option,
  heading,
  selected,
  onHover,
  onGo,
}: {
  id: string;
  option: Option;
  heading: boolean;
  selected: boolean;
  onHover: () => void;
  onGo: (event: MouseEvent) => void;
}) {
  return (
    <>
      {heading ? (
        <div className={styles.section} role="presentation">
          {option.section}
        </div>
      ) : null}
      <a
        id={id}
        href={option.href}
        role="option"
        aria-selected={selected}
        tabIndex={-1}
        className={`${styles.option} ${selected ? styles.on : ''}`}
        onMouseMove={onHover}
        onClick={onGo}
      >
        {option.body}
      </a>
    </>
  );
}
