// The other tabs of this browser: one of them gets the new token for all, and signing out is heard by all.

import type { Identity } from './signInCalls';

export type TabMessage =
  | {
      type: 'signed-in';
      provider: string;
      token: string;
      identity: Identity;
      displayName: string | undefined;
    }
  | { type: 'signed-out' };

const NAME = 'callboard-session';

// Tabs of other portals on the same host name must not hear it, so the path below which this one lives is in the name.
const channelName = () => `${NAME}:${new URL(document.baseURI).pathname}`;

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channelName());
// In Node a channel that is open keeps the process from ending; browsers know no such thing.
(channel as { unref?: () => void } | undefined)?.unref?.();

export function tellTabs(message: TabMessage): void {
  channel?.postMessage(message);
}

export function onTabMessage(hear: (message: TabMessage) => void): void {
  channel?.addEventListener('message', (event: MessageEvent<TabMessage>) => hear(event.data));
}

/** Runs `work` while no other tab does; at once where browsers have no locks. */
export async function alone(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator) || !navigator.locks) return work();
  await navigator.locks.request(channelName(), work);
}
