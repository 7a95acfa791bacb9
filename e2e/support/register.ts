// Registers a catalog file past the portal, and waits for what it brings.

import { inject } from 'vitest';
import { until } from './until';

async function token(): Promise<string> {
  const answer = await fetch(`${inject('portalUrl')}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  return ((await answer.json()) as { backstageIdentity: { token: string } }).backstageIdentity.token;
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${inject('portalUrl')}/api/catalog${path}`, {
    ...init,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await token()}` },
  });
}

/** Registers the file at `path` of the file host; one that is registered already is fine. */
export async function register(path: string): Promise<void> {
  const target = `${inject('filesUrl')}${path}`;
  const answer = await call('/locations', { method: 'POST', body: JSON.stringify({ type: 'url', target }) });
  if (answer.status !== 201 && answer.status !== 409) {
    throw new Error(`${target} was not registered: ${answer.status} ${await answer.text()}`);
  }
}

/** Waits until a component is in the catalog. */
export function present(name: string): Promise<void> {
  return until(`${name} is in the catalog`, 30_000, async () => {
    return (await call(`/entities/by-name/component/default/${name}`)).ok;
  });
}

/** Deletes a component, as if somebody else did. */
export async function remove(name: string): Promise<void> {
  const entity = (await (await call(`/entities/by-name/component/default/${name}`)).json()) as {
    metadata: { uid: string };
  };
  await call(`/entities/by-uid/${entity.metadata.uid}`, { method: 'DELETE' });
}
