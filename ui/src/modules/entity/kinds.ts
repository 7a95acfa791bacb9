// One hue, one icon and one plural for each kind, the same everywhere.

import {
  IconApi,
  IconBook2,
  IconBox,
  IconCube,
  IconDatabase,
  IconMapPin,
  IconSparkles,
  IconStack2,
  IconTopologyStar3,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';

type Icon = typeof IconBox;

export type KindLook = { icon: Icon; label: string; plural: string; hue: string };

const LOOKS: Record<string, KindLook> = {
  component: { icon: IconBox, label: 'Component', plural: 'Components', hue: 'blue' },
  api: { icon: IconApi, label: 'API', plural: 'APIs', hue: 'violet' },
  resource: { icon: IconDatabase, label: 'Resource', plural: 'Resources', hue: 'teal' },
  system: { icon: IconStack2, label: 'System', plural: 'Systems', hue: 'orange' },
  domain: { icon: IconTopologyStar3, label: 'Domain', plural: 'Domains', hue: 'rose' },
  group: { icon: IconUsersGroup, label: 'Group', plural: 'Groups', hue: 'green' },
  user: { icon: IconUser, label: 'User', plural: 'Users', hue: 'lime' },
  location: { icon: IconMapPin, label: 'Location', plural: 'Locations', hue: 'grey' },
  template: { icon: IconBook2, label: 'Template', plural: 'Templates', hue: 'amber' },
  airesource: { icon: IconSparkles, label: 'AI resource', plural: 'AI resources', hue: 'pink' },
};

/** How a kind looks; a kind of the company's own gets a neutral look and its own name. */
export function kindLook(kind: string): KindLook {
  const known = LOOKS[kind.toLowerCase()];
  if (known) return known;
  const label = kind.charAt(0).toUpperCase() + kind.slice(1);
  return { icon: IconCube, label, plural: `${label}s`, hue: 'grey' };
}

const ORDER = Object.keys(LOOKS);

/** The order in which kinds are listed: from what people work on to how it is grouped. */
export function compareKinds(a: string, b: string): number {
  const [x, y] = [ORDER.indexOf(a.toLowerCase()), ORDER.indexOf(b.toLowerCase())];
  if (x >= 0 && y >= 0) return x - y;
  if (x >= 0 || y >= 0) return x >= 0 ? -1 : 1;
  return a.localeCompare(b);
}
