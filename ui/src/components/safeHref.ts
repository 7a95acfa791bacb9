// Addresses from catalog files are written by anybody: only harmless schemes become links.

const HARMLESS = new Set(['http:', 'https:', 'mailto:']);

/** The address if it may be put behind a link, undefined if not (`javascript:`, `data:`, relative, broken). */
export function safeHref(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  return HARMLESS.has(url.protocol) ? url.href : undefined;
}
