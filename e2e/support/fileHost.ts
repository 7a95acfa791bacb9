// A web server with catalog files to register.

import { createServer } from 'node:http';

const component = (name: string, extra = '') => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  description: Came in through a registered file
spec:
  type: service
  lifecycle: experimental
${extra}`;

const FILES: Record<string, string> = {
  '/good/catalog-info.yaml': `${component('harbour-cam', '  owner: booking-team\n')}---\n${component('harbour-cam-viewer', '  owner: booking-team\n  dependsOn: [component:harbour-cam]\n')}`,
  '/removable/catalog-info.yaml': component('short-lived', '  owner: booking-team\n'),
  '/live/catalog-info.yaml': component('aa-live', '  owner: booking-team\n'),
  '/bulk-one/catalog-info.yaml': `${component('bulk-one', '  owner: booking-team\n')}---\n${component('bulk-along', '  owner: booking-team\n')}`,
  '/bulk-two/catalog-info.yaml': component('bulk-two', '  owner: booking-team\n'),
  '/mine-broken/catalog-info.yaml': component('mine-broken', '  owner: booking-team\n').replace(
    '  lifecycle: experimental\n',
    '',
  ),
  '/broken/catalog-info.yaml': component('ownerless'),
  '/not-yaml/catalog-info.yaml': 'kind: [Component\nmetadata: {',
};

export type FileHost = { host: string; url: string; stop: () => Promise<void> };

export function startFileHost(): Promise<FileHost> {
  const server = createServer((request, response) => {
    const text = FILES[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200, { 'Content-Type': 'text/yaml' });
    response.end(text ?? 'not found');
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      done({
        host: `127.0.0.1:${port}`,
        url: `http://127.0.0.1:${port}`,
        stop: () => new Promise((stopped) => server.close(() => stopped())),
      });
    });
  });
}
