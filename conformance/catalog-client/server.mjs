// Starts the program on a free port over an empty in-memory database, and a file server with catalog files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const program = process.env.CALLBOARD_BIN ?? join(target, 'debug', 'callboard');
export const token = 'catalog-client-token';

async function freePort() {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Serves texts by path on the loopback address. */
export async function serveFiles(files) {
  const server = createServer((request, response) => {
    const text = files[request.url];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/yaml' }).end(text ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: `127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Starts the program with a catalog file; resolves when it is ready. */
export async function startCallboard({ catalog, allowHost }) {
  const directory = await mkdtemp(join(tmpdir(), 'callboard-client-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  await writeFile(join(directory, 'catalog.yaml'), catalog);
  const config = {
    app: { baseUrl },
    backend: {
      baseUrl,
      listen: `127.0.0.1:${port}`,
      database: { client: 'better-sqlite3', connection: ':memory:' },
      reading: { allow: [{ host: allowHost }] },
      auth: { externalAccess: [{ type: 'static', options: { token, subject: 'catalog-client' } }] },
    },
    catalog: {
      rules: [{ allow: ['Component', 'System', 'API', 'Resource', 'Location', 'Group', 'User', 'Domain'] }],
      locations: [{ type: 'file', target: join(directory, 'catalog.yaml') }],
    },
  };
  const file = join(directory, 'app-config.yaml');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(program, ['serve', '--config', file], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout.on('data', data => (log += data));
  child.stderr.on('data', data => (log += data));
  const ended = once(child, 'exit');
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}:\n${log}`);
    const answer = await fetch(`${baseUrl}/.backstage/health/v1/readiness`).catch(() => undefined);
    return answer?.status === 200;
  });
  return {
    baseUrl,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until `condition` holds, at most 30 seconds. */
export async function until(condition) {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not come true within 30 seconds');
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
