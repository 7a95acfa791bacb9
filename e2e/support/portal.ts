// Starts the real program on a free port with a database in memory, and stops it.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './until';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** The program: what CALLBOARD_BIN names, else the newest kind of build that is there. */
export function program(): string {
  const candidates = [
    process.env.CALLBOARD_BIN,
    join(ROOT, 'target', 'release', 'callboard'),
    join(ROOT, 'target', 'debug', 'callboard'),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) {
    throw new Error('There is no callboard program. Run "make build" first, or set CALLBOARD_BIN to one.');
  }
  return found;
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export type Portal = {
  url: string;
  token: () => Promise<string>;
  stop: () => Promise<void>;
  log: () => string;
};

type Options = {
  /** Files that the catalog starts with. */
  files: string[];
  /** `host:port` that may be read from. */
  readFrom?: string[];
  /** The build of a stock app to serve instead of the portal. */
  distDir?: string;
  /** How many entities to wait for. */
  atLeast: number;
  /** Where it listens; any free port if nothing is said. */
  port?: number;
  /** More of `auth`. */
  auth?: { environment: string; providers: Record<string, unknown> };
  /** Sections of the configuration that this portal has besides, or in place of, the common ones. */
  config?: Record<string, unknown>;
};

function configText(port: number, options: Options): string {
  return JSON.stringify({
    app: {
      title: 'Callboard',
      baseUrl: `http://localhost:${port}`,
      ...(options.distDir ? { distDir: options.distDir, packages: 'all' } : {}),
    },
    organization: { name: 'Tidewater Freight' },
    backend: {
      baseUrl: `http://localhost:${port}`,
      listen: `127.0.0.1:${port}`,
      database: { client: 'better-sqlite3', connection: ':memory:' },
      reading: { allow: (options.readFrom ?? []).map((host) => ({ host })) },
    },
    auth: {
      ...options.auth,
      providers: {
        ...options.auth?.providers,
        guest: {
          userEntityRef: 'user:default/rosa.lindqvist',
          ownershipEntityRefs: ['user:default/rosa.lindqvist', 'group:default/booking-team'],
          dangerouslyAllowOutsideDevelopment: true,
        },
      },
    },
    catalog: {
      locations: options.files.map((target) => ({
        type: 'file',
        target,
        rules: [
          {
            allow: [
              'Component',
              'System',
              'API',
              'Resource',
              'Location',
              'Domain',
              'Group',
              'User',
              'Template',
              'AiResource',
            ],
          },
        ],
      })),
    },
    ...options.config,
  });
}

/** A token of the guest. */
async function guestToken(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  const body = (await answer.json()) as { backstageIdentity: { token: string } };
  return body.backstageIdentity.token;
}

async function entityCount(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/catalog/entities/by-query?limit=0`, {
    headers: { Authorization: `Bearer ${await guestToken(url)}` },
  });
  return ((await answer.json()) as { totalItems: number }).totalItems;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const end = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await end;
  clearTimeout(hard);
}

export async function startPortal(options: Options): Promise<Portal> {
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'callboard-e2e-'));
  const config = join(folder, 'app-config.yaml');
  writeFileSync(config, configText(port, options));
  let log = '';
  const child = spawn(program(), ['serve', '--config', config], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
  }
  // "localhost" and not an address, so that the browser sees the host of app.baseUrl.
  const url = `http://localhost:${port}`;
  const stop = async () => {
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('the portal answers', 60_000, async () => {
      if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode}:\n${log}`);
      const answer = await fetch(`${url}/.backstage/health/v1/readiness`).catch(() => undefined);
      return answer?.ok === true;
    });
    await until(
      `${options.atLeast} entities are there`,
      180_000,
      async () => (await entityCount(url)) >= options.atLeast,
    );
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n${log}`);
  }
  return { url, token: () => guestToken(url), stop, log: () => log };
}

export const EXAMPLES = join(ROOT, 'examples', 'all.yaml');
