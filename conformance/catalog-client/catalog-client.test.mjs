// Every method of Backstage's own catalog client, unmodified from npm, against a running Callboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CATALOG_FILTER_EXISTS, CatalogClient } from '@backstage/catalog-client';
import { serveFiles, startCallboard, token, until } from './server.mjs';

const entity = (kind, name, spec) => JSON.stringify({ apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name }, spec });
const component = (name, owner = 'team-a') => entity('Component', name, { type: 'service', lifecycle: 'production', owner });
const catalog = [
  entity('Group', 'team-a', { type: 'team', children: [] }),
  entity('System', 'shop', { owner: 'team-a' }),
  ...['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map(name => component(name)),
].join('\n---\n');

let files;
let server;
let client;
const options = { token };

before(async () => {
  files = await serveFiles({ '/one.yaml': component('from-url'), '/bad.yaml': 'kind: [', '/two.yaml': component('second') });
  server = await startCallboard({ catalog, allowHost: files.host });
  client = new CatalogClient({ discoveryApi: { getBaseUrl: async plugin => `${server.baseUrl}/api/${plugin}` } });
  await until(async () => (await client.getEntityByRef('component:default/epsilon', options)) !== undefined);
});
after(async () => {
  await server?.stop();
  files?.close();
});

const names = entities => entities.map(item => item.metadata.name);
const registered = async path => (await client.addLocation({ type: 'url', target: `http://${files.host}${path}` }, options)).location;

test('getEntities filters, projects and orders', async () => {
  const { items } = await client.getEntities(
    { filter: { kind: 'component' }, fields: ['metadata.name'], order: { field: 'metadata.name', order: 'desc' } },
    options,
  );
  assert.deepEqual(items.slice(0, 2), [{ metadata: { name: 'gamma' } }, { metadata: { name: 'epsilon' } }]);
});

test('getEntities pages by offset and limit', async () => {
  const { items } = await client.getEntities({ filter: [{ kind: 'component' }], limit: 2, offset: 1 }, options);
  assert.deepEqual(names(items), ['beta', 'delta']);
});

test('getEntities understands "exists"', async () => {
  const { items } = await client.getEntities({ filter: { kind: 'system', 'relations.ownedBy': CATALOG_FILTER_EXISTS } }, options);
  assert.deepEqual(names(items), ['shop']);
});

test('getEntitiesByRefs answers in order, undefined for what is not there', async () => {
  const { items } = await client.getEntitiesByRefs(
    { entityRefs: ['component:default/beta', 'component:default/nope', 'component:default/alpha'] },
    options,
  );
  assert.deepEqual(items.map(item => item?.metadata.name), ['beta', undefined, 'alpha']);
});

test('queryEntities walks forward and back by cursor', async () => {
  const first = await client.queryEntities(
    { filter: { kind: 'component' }, limit: 2, orderFields: { field: 'metadata.name', order: 'asc' } },
    options,
  );
  assert.deepEqual([names(first.items), first.pageInfo.prevCursor], [['alpha', 'beta'], undefined]);
  const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 }, options);
  assert.deepEqual(names(second.items), ['delta', 'epsilon']);
  assert.equal(second.totalItems, first.totalItems);
  const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 }, options);
  assert.deepEqual(names(back.items), ['alpha', 'beta']);
});

test('queryEntities takes predicates and full text', async () => {
  const byPredicate = await client.queryEntities({ query: { $any: [{ 'metadata.name': 'alpha' }, { kind: 'system' }] } }, options);
  assert.deepEqual(names(byPredicate.items).sort(), ['alpha', 'shop']);
  const byText = await client.queryEntities({ fullTextFilter: { term: 'EPSI', fields: ['metadata.name'] } }, options);
  assert.deepEqual(names(byText.items), ['epsilon']);
});

test('streamEntities yields every page', async () => {
  const seen = [];
  for await (const page of client.streamEntities({ filter: { kind: 'component' }, pageSize: 2 }, options)) seen.push(...names(page));
  for (const name of ['alpha', 'beta', 'gamma', 'delta', 'epsilon']) assert.ok(seen.includes(name), name);
});

test('getEntityAncestors begins at the entity and ends at the location', async () => {
  const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef: 'component:default/alpha' }, options);
  assert.equal(rootEntityRef, 'component:default/alpha');
  assert.equal(items[0].entity.metadata.name, 'alpha');
  assert.equal(items[1].entity.kind, 'Location');
});

test('getEntityByRef and getEntityByName find in any case, and nothing where there is nothing', async () => {
  assert.equal((await client.getEntityByRef('Component:Default/Alpha', options)).metadata.name, 'alpha');
  assert.equal(await client.getEntityByRef('component:default/nope', options), undefined);
  assert.equal((await client.getEntityByName({ kind: 'System', namespace: 'default', name: 'shop' }, options)).kind, 'System');
});

test('getEntityFacets counts', async () => {
  const { facets } = await client.getEntityFacets({ facets: ['kind'], filter: { 'relations.ownedBy': 'group:default/team-a' } }, options);
  assert.ok(facets.kind.some(facet => facet.value === 'System' && facet.count === 1));
});

test('refreshEntity is accepted', async () => {
  await client.refreshEntity('component:default/alpha', options);
  await assert.rejects(client.refreshEntity('component:default/nope', options), { name: /NotFoundError|ResponseError/ });
});

test('locations can be added, found in every way, and removed', async () => {
  const location = await registered('/one.yaml');
  await until(async () => (await client.getEntityByRef('component:default/from-url', options)) !== undefined);
  assert.equal((await client.getLocationById(location.id, options)).target, location.target);
  assert.equal((await client.getLocationByRef(`url:${location.target}`, options)).id, location.id);
  assert.equal((await client.getLocationByEntity('component:default/from-url', options)).id, location.id);
  assert.ok((await client.getLocations({}, options)).items.some(item => item.id === location.id));
  const queried = await client.queryLocations({ query: { target: location.target } }, options);
  assert.deepEqual(queried.items.map(item => item.id), [location.id]);
  const streamed = [];
  for await (const page of client.streamLocations({}, options)) streamed.push(...page);
  assert.ok(streamed.some(item => item.id === location.id));
  await assert.rejects(registered('/one.yaml'), error => /ConflictError|409/.test(`${error.name} ${error.message}`));
  await client.removeLocationById(location.id, options);
  await until(async () => (await client.getEntityByRef('component:default/from-url', options)) === undefined);
  assert.equal(await client.getLocationById(location.id, options), undefined);
});

test('addLocation as a dry run shows what would come', async () => {
  const outcome = await client.addLocation({ type: 'url', target: `http://${files.host}/two.yaml`, dryRun: true }, options);
  assert.equal(outcome.exists, false);
  assert.ok(names(outcome.entities).includes('second'));
  await assert.rejects(client.addLocation({ type: 'url', target: `http://${files.host}/bad.yaml`, dryRun: true }, options));
});

test('removeEntityByUid removes, and the location brings it back when it is read again', async () => {
  const { metadata } = await client.getEntityByRef('component:default/gamma', options);
  await client.removeEntityByUid(metadata.uid, options);
  await until(async () => {
    const found = await client.getEntityByRef('component:default/gamma', options);
    return found === undefined || found.metadata.uid !== metadata.uid;
  });
});

test('validateEntity says what is wrong', async () => {
  const good = JSON.parse(component('fine'));
  assert.deepEqual(await client.validateEntity(good, 'url:https://example.com/catalog-info.yaml', options), { valid: true });
  const bad = { ...good, metadata: { name: 'not fine' } };
  const outcome = await client.validateEntity(bad, 'url:https://example.com/catalog-info.yaml', options);
  assert.equal(outcome.valid, false);
  assert.ok(outcome.errors.length > 0);
});

test('analyzeLocation proposes an entity', async () => {
  const outcome = await client.analyzeLocation({ location: { type: 'url', target: 'https://github.com/example/repo' } }, options);
  assert.ok(Array.isArray(outcome.existingEntityFiles) && Array.isArray(outcome.generateEntities));
});

test('without a token nothing is told', async () => {
  await assert.rejects(client.getEntities(), error => /AuthenticationError|401/.test(`${error.name} ${error.message}`));
});
