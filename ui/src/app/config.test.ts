import { expect, it } from 'vitest';
import { readConfig } from './config';

function page(...texts: string[]): Document {
  const document = new DOMParser().parseFromString('<html><head></head></html>', 'text/html');
  for (const text of texts) {
    const script = document.createElement('script');
    script.type = 'backstage.io/config';
    script.textContent = text;
    document.head.append(script);
  }
  return document;
}

const source = (data: unknown) => JSON.stringify([{ context: 'app', data }]);
const ORIGIN = 'https://portal.example.com';

it('starts without any config', () => {
  expect(readConfig(page(), ORIGIN)).toMatchObject({
    app: { title: 'Callboard', baseUrl: ORIGIN },
    backend: { baseUrl: ORIGIN },
  });
});

it('merges sources, later ones winning', () => {
  const config = readConfig(
    page(
      source({ app: { title: 'One' }, organization: { name: 'Acme' } }),
      source({ app: { title: 'Two' } }),
    ),
    ORIGIN,
  );
  expect(config.app.title).toBe('Two');
  expect(config.organization.name).toBe('Acme');
});

it('works under another host name than the configured one, and keeps the path', () => {
  const config = readConfig(
    page(
      source({
        app: { baseUrl: 'http://localhost:7007/portal/' },
        backend: { baseUrl: 'http://localhost:7007' },
      }),
    ),
    ORIGIN,
  );
  expect(config.app.baseUrl).toBe(`${ORIGIN}/portal`);
  expect(config.backend.baseUrl).toBe(ORIGIN);
});

it('keeps a backend that is on another origin on purpose', () => {
  const config = readConfig(
    page(
      source({
        app: { baseUrl: 'http://a.example.com' },
        backend: { baseUrl: 'http://b.example.com/api-root/' },
      }),
    ),
    ORIGIN,
  );
  expect(config.backend.baseUrl).toBe('http://b.example.com/api-root');
});

it('survives a broken element', () => {
  expect(readConfig(page('{not json', source({ app: { title: 'Fine' } })), ORIGIN).app.title).toBe('Fine');
});
