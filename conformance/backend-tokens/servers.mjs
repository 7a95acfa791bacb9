// Starts Callboard and the Backstage backend, each told by discovery where the other one's plugins are.
import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const callboard = process.env.CALLBOARD_BIN ?? join(target, 'debug', 'callboard');
const issuer = join(target, 'debug', 'examples', 'plugin_tokens');
export const user = 'user:default/ada';
// A Backstage backend loads some thousand files before it listens.
const longestStart = 180_000;

async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** The key pair with which the Backstage backend signs, so that it needs no database. */
async function keys(directory) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const entry = { keyId: 'node', publicKeyFile: join(directory, 'public.pem'), privateKeyFile: join(directory, 'private.pem') };
  await writeFile(entry.publicKeyFile, publicKey);
  await writeFile(entry.privateKeyFile, privateKey);
  return [entry];
}

function start(command, parameters, options) {
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let log = '';
  child.stdout.on('data', data => (log += data));
  child.stderr.on('data', data => (log += data));
  const ended = once(child, 'exit');
  return {
    async ready(url) {
      const end = Date.now() + longestStart;
      for (;;) {
        if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${log}`);
        const answer = await fetch(url).catch(() => undefined);
        if (answer?.status === 200) return;
        if (Date.now() > end) throw new Error(`${command} is not ready:\n${log}`);
        await new Promise(resolve => setTimeout(resolve, 25));
      }
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Both servers, and what tests ask of them. */
export async function startBoth() {
  const directory = await mkdtemp(join(tmpdir(), 'callboard-tokens-'));
  const [port, nodePort] = [await freePort(), await freePort()];
  const [baseUrl, nodeUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${nodePort}`];
  const config = join(directory, 'callboard.json');
  await writeFile(
    config,
    JSON.stringify({
      app: { baseUrl },
      backend: {
        baseUrl,
        listen: `127.0.0.1:${port}`,
        database: { client: 'better-sqlite3', connection: { directory } },
      },
      auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true, userEntityRef: user } } },
      discovery: { endpoints: [{ target: `${nodeUrl}/api/{{pluginId}}`, plugins: ['probe', 'not-there'] }] },
    }),
  );
  const nodeConfig = join(directory, 'node.json');
  await writeFile(
    nodeConfig,
    JSON.stringify({
      app: { baseUrl: nodeUrl },
      backend: {
        baseUrl: nodeUrl,
        listen: `127.0.0.1:${nodePort}`,
        database: { client: 'better-sqlite3', connection: ':memory:' },
        auth: { pluginKeyStore: { type: 'static', static: { keys: await keys(directory) } } },
      },
      discovery: {
        endpoints: [{ target: `${baseUrl}/api/{{pluginId}}`, plugins: ['auth', 'catalog', 'search', 'user-settings'] }],
      },
    }),
  );
  const own = start(callboard, ['serve', '--config', config], { cwd: directory });
  const node = start(process.execPath, [join(here, 'node-backend.mjs'), '--config', nodeConfig], {
    cwd: here,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const stop = async () => {
    await Promise.all([own.stop(), node.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await own.ready(`${baseUrl}/.backstage/health/v1/readiness`);
    await node.ready(`${nodeUrl}/.backstage/health/v1/readiness`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    baseUrl,
    nodeUrl,
    /** Tokens of Callboard's own plugins, issued over the same database by Callboard's own code. */
    pluginTokens: parameters => JSON.parse(execFileSync(issuer, [config, JSON.stringify(parameters)], { cwd: directory })),
    stop,
  };
}
