// The icon of a kind in its hue.

import { kindLook } from './kinds';

export function KindIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  const look = kindLook(kind);
  const Icon = look.icon;
  return (
    <Icon size={size} stroke={1.75} aria-hidden style={{ color: `var(--k-${look.hue})`, flex: 'none' }} />
  );
}
