// What stands round every page: where one can go, the palette, the keys, who one is.

import {
  IconActivity,
  IconCirclePlus,
  IconHome,
  IconKeyboard,
  IconListSearch,
  IconMenu2,
  IconPlus,
  IconSearch,
  IconSitemap,
} from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { config } from '@/app/config';
import { expectPaint, firstPaint } from '@/app/firstPaint';
import { keyLabel, useShortcut } from '@/app/shortcuts';
import { useBusy } from '@/app/useBusy';
import { IconButton } from '@/components/Button';
import { Kbd } from '@/components/Kbd';
import { HoverCards } from '@/modules/entity/HoverCards';
import { useJobs } from '@/modules/jobs/jobs';
import styles from './Shell.module.css';

const ThemeMenu = lazy(() => firstPaint.then(() => import('./ThemeMenu')));
const UserMenu = lazy(() => firstPaint.then(() => import('./UserMenu')));
const GuardLinks = lazy(() => firstPaint.then(() => import('./GuardLinks')));
const loadPalette = () => import('@/modules/palette/Palette');
const Palette = lazy(loadPalette);
const ShortcutsHelp = lazy(() => import('./ShortcutsHelp'));
const JobLine = lazy(() => import('@/modules/jobs/JobLine'));
const Dialog = lazy(() => import('@/components/Dialog'));

export function Shell() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const jobs = useJobs().length;
  const navigate = useNavigate();
  // Whoever opens the palette types on at once; it must not have to be fetched first.
  useEffect(() => {
    expectPaint();
    const timer = setTimeout(() => void firstPaint.then(loadPalette), 500);
    return () => clearTimeout(timer);
  }, []);
  useShortcut('Everywhere', 'mod+k', 'Search everything', () => setPalette(true));
  useShortcut('Everywhere', '?', 'Show all keys', () => setHelp(true));
  useShortcut('Go to', 'g h', 'Home', () => void navigate({ to: '/home' }));
  useShortcut('Go to', 'g c', 'Catalog', () => void navigate({ to: '/catalog' }));
  useShortcut('Go to', 'g a', 'APIs', () => void navigate({ to: '/catalog', search: { kind: 'api' } }));
  useShortcut('Go to', 'g t', 'Templates, to create from', () => void navigate({ to: '/create' }));
  useShortcut('Go to', 'g g', 'Graph', () => void navigate({ to: '/catalog-graph' }));
  useShortcut('Go to', 'g r', 'Register', () => void navigate({ to: '/catalog-import' }));
  useShortcut('Go to', 'g o', 'Operations', () => void navigate({ to: '/operations' }));
  useShortcut('Go to', 'g s', 'Settings', () => void navigate({ to: '/settings/{-$tab}' }));

  const links = <Links onHelp={() => setHelp(true)} />;
  return (
    <div className={styles.shell}>
      {/* biome-ignore lint/a11y/useValidAnchor: moves the focus; a hash would be taken relative to <base> */}
      <a
        href="#main"
        className={styles.skip}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the page
      </a>
      <section className={styles.side} aria-label="Navigation">
        <Brand />
        <SearchButton onOpen={() => setPalette(true)} />
        {links}
      </section>
      <section className={styles.top} aria-label="Navigation">
        <IconButton label="Menu" onClick={() => setDrawer(true)}>
          <IconMenu2 size={18} aria-hidden />
        </IconButton>
        <Brand />
        <IconButton label="Search" onClick={() => setPalette(true)}>
          <IconSearch size={18} aria-hidden />
        </IconButton>
      </section>
      <Main>
        <Outlet />
      </Main>
      <HoverCards />
      <Suspense>{jobs > 0 ? <JobLine /> : null}</Suspense>
      <Suspense>
        {drawer ? (
          <Dialog title={config.app.title} onClose={() => setDrawer(false)} fullScreen>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: closes after any of its links was followed */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside take the keys */}
            <div className={styles.drawer} onClick={() => setDrawer(false)}>
              {links}
            </div>
          </Dialog>
        ) : null}
        {help ? <ShortcutsHelp onClose={() => setHelp(false)} /> : null}
        {palette ? <Palette onClose={() => setPalette(false)} /> : null}
      </Suspense>
    </div>
  );
}

/** The page itself. It says when it is still loading; its content is drawn by the router and not again for that. */
function Main({ children }: { children: ReactNode }) {
  return (
    <main id="main" className={styles.main} tabIndex={-1} aria-busy={useBusy()}>
      {children}
    </main>
  );
}

function Brand() {
  return (
    <Link to="/" className={styles.brand}>
      <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <path d="M8 9h16v3H8zm0 6h11v3H8zm0 6h14v3H8z" fill="var(--accent-text)" />
      </svg>
      <span className="ellipsis">{config.app.title}</span>
    </Link>
  );
}

function SearchButton({ onOpen }: { onOpen: () => void }) {
  return (
    <button type="button" className={styles.search} onClick={onOpen}>
      <IconSearch size={15} aria-hidden />
      Search
      <span className={styles.keys} aria-hidden>
        {keyLabel('mod+k').map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </button>
  );
}

function Links({ onHelp }: { onHelp: () => void }) {
  return (
    <>
      <nav aria-label="Portal" style={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
        <Link to="/home" className={styles.link}>
          <IconHome size={17} stroke={1.75} aria-hidden />
          Home
        </Link>
        <Link to="/catalog" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconListSearch size={17} stroke={1.75} aria-hidden />
          Catalog
        </Link>
        <Link to="/create" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconCirclePlus size={17} stroke={1.75} aria-hidden />
          Create
        </Link>
        <Link to="/catalog-graph" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconSitemap size={17} stroke={1.75} aria-hidden />
          Graph
        </Link>
        <Link to="/catalog-import" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconPlus size={17} stroke={1.75} aria-hidden />
          Register
        </Link>
        <Link to="/operations" activeOptions={{ includeSearch: false }} className={styles.link}>
          <IconActivity size={17} stroke={1.75} aria-hidden />
          Operations
        </Link>
        <Suspense>
          <GuardLinks />
        </Suspense>
      </nav>
      <div className={styles.foot}>
        <button type="button" className={styles.link} onClick={onHelp}>
          <IconKeyboard size={17} stroke={1.75} aria-hidden />
          Keys
        </button>
        <Suspense fallback={<div className={styles.menusToCome} />}>
          <ThemeMenu />
          <UserMenu />
        </Suspense>
      </div>
    </>
  );
}
