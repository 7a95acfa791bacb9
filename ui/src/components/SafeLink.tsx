// A link to an address that somebody wrote into a file; an address that is not harmless stays text.

import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { safeHref } from './safeHref';

export function SafeLink({ address, children }: { address: unknown; children?: ReactNode }) {
  const href = safeHref(address);
  if (!href) {
    return (
      <span title="This address is not shown as a link because it is not http, https or mailto.">
        {children ?? String(address)}
      </span>
    );
  }
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children ?? href}
      <IconExternalLink size={13} aria-hidden style={{ marginLeft: 4, verticalAlign: '-1px' }} />
      <span className="visually-hidden"> (opens in a new tab)</span>
    </a>
  );
}
