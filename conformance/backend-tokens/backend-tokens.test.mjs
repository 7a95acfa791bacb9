// Callboard's tokens before Backstage's own verification, and Backstage's before Callboard's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBoth, user } from './servers.mjs';

let servers;
let userToken;

before(async () => {
  servers = await startBoth();
  const answer = await fetch(`${servers.baseUrl}/api/auth/guest/refresh`, { method: 'POST' });
  userToken = (await answer.json()).backstageIdentity.token;
});
after(async () => servers?.stop());

const get = async (url, token, headers = {}) => {
  const answer = await fetch(url, { headers: token ? { authorization: `Bearer ${token}`, ...headers } : headers });
  const text = await answer.text();
  let body = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Some answers are no JSON.
  }
  return { status: answer.status, body, headers: answer.headers };
};
const whoami = token => get(`${servers.nodeUrl}/api/probe/whoami`, token);
const catalog = token => get(`${servers.baseUrl}/api/catalog/entities/by-query?limit=0`, token);
const setting = token => get(`${servers.baseUrl}/api/user-settings/buckets/b/keys/k`, token);
const nodeToken = async (target, as) =>
  (await get(`${servers.nodeUrl}/api/probe/token?target=${target}&as=${as}`, userToken)).body.token;

/** The same token with other claims and the old signature. */
const changed = (token, claims) => {
  const [header, payload, signature] = token.split('.');
  const old = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [header, Buffer.from(JSON.stringify({ ...old, ...claims })).toString('base64url'), signature].join('.');
};

test("Callboard's user token is a user in Backstage", async () => {
  const { status, body } = await whoami(userToken);
  assert.deepEqual([status, body.type, body.userEntityRef], [200, 'user', user]);
});

test("Callboard's cookie is a user on Backstage's pages and nowhere else", async () => {
  const answer = await get(`${servers.baseUrl}/api/auth/.backstage/auth/v1/cookie`, userToken);
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const page = await get(`${servers.nodeUrl}/api/probe/page`, undefined, { cookie });
  assert.deepEqual([page.status, page.body.userEntityRef], [200, user]);
  assert.equal((await get(`${servers.nodeUrl}/api/probe/whoami`, undefined, { cookie })).status, 401);
  assert.equal((await whoami(cookie.slice('backstage-auth='.length))).status, 401);
});

test("Callboard's plugins are services in Backstage, and users where they act for one", async () => {
  const tokens = servers.pluginTokens({ from: 'catalog', target: 'probe', userToken });
  const own = await whoami(tokens.own);
  assert.deepEqual([own.status, own.body.type, own.body.subject], [200, 'service', 'plugin:catalog']);
  const forUser = await whoami(tokens.forUser);
  assert.deepEqual([forUser.status, forUser.body.type, forUser.body.userEntityRef], [200, 'user', user]);
  assert.equal(forUser.body.actor?.subject, 'plugin:catalog');
});

test("Backstage's plugin is a service in Callboard, and the user where it acts for one", async () => {
  assert.equal((await catalog(await nodeToken('catalog', 'self'))).status, 200);
  assert.equal((await catalog(await nodeToken('catalog', 'user'))).status, 200);
  assert.equal((await setting(await nodeToken('user-settings', 'self'))).status, 403);
  assert.equal((await setting(await nodeToken('user-settings', 'user'))).status, 404);
});

test('a token for another plugin is refused by both', async () => {
  const tokens = servers.pluginTokens({ from: 'catalog', target: 'search', userToken });
  for (const token of [tokens.own, tokens.forUser]) assert.equal((await whoami(token)).status, 401);
  for (const as of ['self', 'user']) assert.equal((await catalog(await nodeToken('search', as))).status, 401);
});

test('a token that was changed is refused by both', async () => {
  const tokens = servers.pluginTokens({ from: 'catalog', target: 'probe', userToken });
  const admin = { sub: 'user:default/admin' };
  for (const token of [changed(userToken, admin), changed(tokens.own, { sub: 'search' }), changed(tokens.forUser, { obo: undefined })]) {
    assert.equal((await whoami(token)).status, 401);
  }
  const own = await nodeToken('catalog', 'self');
  const forUser = await nodeToken('catalog', 'user');
  for (const token of [changed(userToken, admin), changed(own, { sub: 'scaffolder' }), changed(forUser, { obo: undefined })]) {
    assert.equal((await catalog(token)).status, 401);
  }
});

test('a token whose time is over is refused by both', async () => {
  const tokens = servers.pluginTokens({ from: 'catalog', target: 'probe', userToken, hoursAgo: 2 });
  assert.equal((await whoami(tokens.own)).status, 401);
  const expired = servers.pluginTokens({ from: 'search', target: 'catalog', userToken, hoursAgo: 2 });
  assert.equal((await catalog(expired.own)).status, 401);
  const good = servers.pluginTokens({ from: 'search', target: 'catalog', userToken });
  assert.equal((await catalog(good.own)).status, 200);
});
