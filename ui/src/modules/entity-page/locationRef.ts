// Where an entity was read: `url:https://…` or `file:/…`, as the catalog's annotations write it.

import { safeHref } from '@/components/safeHref';

export type LocationRef = { type: string; target: string };

export function parseLocationRef(text: string | undefined): LocationRef | undefined {
  if (!text) return undefined;
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) return undefined;
  return { type: text.slice(0, colon), target: text.slice(colon + 1) };
}

/** The address of a location if it is one that a browser may follow. */
export function locationHref(ref: LocationRef | undefined): string | undefined {
  return ref?.type === 'url' ? safeHref(ref.target) : undefined;
}

/** A place short enough to read: a repository address without its scheme, a file by its folder and name. */
export function shortTarget(target: string): string {
  if (target.startsWith('/')) return target.split('/').slice(-2).join('/');
  return target.replace(/^https?:\/\//, '').replace(/\/(-\/)?(blob|tree|src|raw)\//, ' › ');
}

/** A cause from the change log, such as `location file:/srv/catalog/all.yaml`, with its place made short. */
export function shortCause(cause: string): string {
  return cause.replace(
    /(\b(?:file|url):)(\S+)/g,
    (_, type: string, target: string) => `${type}${shortTarget(target)}`,
  );
}
