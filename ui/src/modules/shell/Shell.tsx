// What stands round every page: where one can go, the palette, the keys, who one is.

import { Menu, Modal, useMantineColorScheme } from '@mantine/core';
import {
  IconActivity,
  IconDeviceDesktop,
  IconHome,
  IconKeyboard,
  IconListSearch,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSitemap,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { signOut } from '@/api/session';
import { useIdentity, useSession } from '@/api/useSession';
import { config } from '@/app/config';
import { keyLabel, useShortcut } from '@/app/shortcuts';
import { IconButton } from '@/components/Button';
import { Kbd } from '@/components/Kbd';
import { parseRef, shortRef } from '@/modules/entity/ref';
import styles from './Shell.module.css';
import { ShortcutsHelp } from './ShortcutsHelp';

const Palette = lazy(() => import('@/modules/palette/Palette'));

export function Shell() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const navigate = useNavigate();
  useShortcut('Everywhere', 'mod+k', 'Search everything', () => setPalette(true));
  useShortcut('Everywhere', '?', 'Show all keys', () => setHelp(true));
  useShortcut('Go to', 'g h', 'Home', () => void navigate({ to: '/home' }));
  useShortcut('Go to', 'g c', 'Catalog', () => void navigate({ to: '/catalog' }));
  useShortcut('Go to', 'g a', 'APIs', () => void navigate({ to: '/catalog', search: { kind: 'api' } }));
  useShortcut('Go to', 'g g', 'Graph', () => void navigate({ to: '/catalog-graph' }));
  useShortcut('Go to', 'g r', 'Register', () => void navigate({ to: '/catalog-import' }));
  useShortcut('Go to', 'g o', 'Operations', () => void navigate({ to: '/operations' }));

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
      <header className={styles.side}>
        <Brand />
        <SearchButton onOpen={() => setPalette(true)} />
        {links}
      </header>
      <header className={styles.top}>
        <IconButton label="Menu" onClick={() => setDrawer(true)}>
          <IconMenu2 size={18} aria-hidden />
        </IconButton>
        <Brand />
        <IconButton label="Search" onClick={() => setPalette(true)}>
          <IconSearch size={18} aria-hidden />
        </IconButton>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Modal opened={drawer} onClose={() => setDrawer(false)} title={config.app.title} fullScreen>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: closes after any of its links was followed */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside take the keys */}
        <div className={styles.drawer} onClick={() => setDrawer(false)}>
          {links}
        </div>
      </Modal>
      <ShortcutsHelp opened={help} onClose={() => setHelp(false)} />
      {palette ? (
        <Suspense>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      ) : null}
    </div>
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
    <button type="button" className={styles.search} onClick={onOpen} aria-label="Search">
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
      </nav>
      <div className={styles.foot}>
        <button type="button" className={styles.link} onClick={onHelp}>
          <IconKeyboard size={17} stroke={1.75} aria-hidden />
          Keys
        </button>
        <ThemeMenu />
        <UserMenu />
      </div>
    </>
  );
}

const THEMES = [
  { id: 'light', label: 'Light', icon: IconSun },
  { id: 'dark', label: 'Dark', icon: IconMoon },
  { id: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = THEMES.find((each) => each.id === colorScheme)?.icon ?? IconSun;
  return (
    <Menu position="right-end">
      <Menu.Target>
        <button type="button" className={styles.link} onClick={(event) => event.stopPropagation()}>
          <Current size={17} stroke={1.75} aria-hidden />
          Theme
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {THEMES.map((each) => (
          <Menu.Item
            key={each.id}
            role="menuitemradio"
            aria-checked={colorScheme === each.id}
            leftSection={<each.icon size={15} aria-hidden />}
            onClick={() => setColorScheme(each.id)}
          >
            {each.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu() {
  const session = useSession();
  const { userEntityRef } = useIdentity();
  const ref = parseRef(userEntityRef);
  const name = (session.state === 'signed-in' && session.displayName) || (ref ? shortRef(ref) : 'Guest');
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
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
