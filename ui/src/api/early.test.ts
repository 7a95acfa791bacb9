import { expect, it } from 'vitest';
import { askedEarly, takeEarly } from './early';

it('gives an early answer once, and only to its own question', async () => {
  askedEarly('rows', Promise.resolve({ items: [] }));
  expect(await takeEarly('other')).toBeUndefined();
  expect(await takeEarly('rows')).toEqual({ items: [] });
  expect(await takeEarly('rows')).toBeUndefined();
});

it('leaves a failure to whoever asks again', async () => {
  askedEarly('rows', Promise.reject(new Error('503')));
  expect(await takeEarly('rows')).toBeUndefined();
});
