// What the server tells the portal: the frontend-visible config, in the script elements that it puts into index.html.

export type AppConfig = {
  app: { title: string; baseUrl: string; support?: { url?: string } | undefined };
  organization: { name: string };
  backend: { baseUrl: string };
  auth?: { environment?: string; providers?: Record<string, unknown> };
  permission?: { enabled?: boolean };
  /** Sign in by leaving the page and coming back, not in a window of its own. */
  enableExperimentalRedirectFlow?: boolean;
};

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(into: Json, from: Json): Json {
  const merged: Json = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function text(root: Json, section: string, key: string): string | undefined {
  const inner = root[section];
  const value = isObject(inner) ? inner[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function pathOf(url: string | undefined): string {
  if (!url) return '';
  try {
    return new URL(url, window.location.origin).pathname.replace(/\/+$/, '');
  } catch {
    return '';
  }
}

function originOf(url: string | undefined): string | undefined {
  if (!url) return undefined;
  try {
    return new URL(url, window.location.origin).origin;
  } catch {
    return undefined;
  }
}

function supportOf(app: unknown): { url?: string } | undefined {
  const support = isObject(app) ? app.support : undefined;
  const url = isObject(support) ? support.url : undefined;
  return typeof url === 'string' ? { url } : undefined;
}

/** Reads and merges every config element; later ones win, as Backstage does it. */
export function readConfig(document: Document, origin: string): AppConfig {
  let data: Json = {};
  for (const element of document.querySelectorAll('script[type="backstage.io/config"]')) {
    try {
      const sources: unknown = JSON.parse(element.textContent ?? '[]');
      if (!Array.isArray(sources)) continue;
      for (const source of sources) {
        if (isObject(source) && isObject(source.data)) data = merge(data, source.data);
      }
    } catch {
      // A broken element must not keep the portal from starting; the defaults below apply.
    }
  }
  const configuredApp = text(data, 'app', 'baseUrl');
  const configuredBackend = text(data, 'backend', 'baseUrl');
  // The portal works under any host name that reaches the server, so only the paths of the configured URLs count,
  // unless the backend was put on another origin on purpose.
  const sameOrigin = originOf(configuredBackend) === originOf(configuredApp);
  return {
    ...data,
    app: {
      title: text(data, 'app', 'title') ?? 'Callboard',
      baseUrl: origin + pathOf(configuredApp),
      support: supportOf(data.app),
    },
    organization: { name: text(data, 'organization', 'name') ?? '' },
    backend: {
      baseUrl:
        sameOrigin || !configuredBackend
          ? origin + pathOf(configuredBackend)
          : configuredBackend.replace(/\/+$/, ''),
    },
  };
}

export const config: AppConfig = readConfig(document, window.location.origin);

/** The path below which the portal's own pages live, without a slash at its end. */
export const basePath = pathOf(config.app.baseUrl);
