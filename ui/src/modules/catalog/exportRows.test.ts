import { expect, it } from 'vitest';
import { component } from '@/testing/fakeCatalog';
import { csvCell, toCsv } from './exportRows';

it('quotes what CSV needs quoted', () => {
  expect(csvCell('plain')).toBe('plain');
  expect(csvCell('a,b')).toBe('"a,b"');
  expect(csvCell('say "hi"')).toBe('"say ""hi"""');
  expect(csvCell('two\nlines')).toBe('"two\nlines"');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('disarms what a spreadsheet would run: %s', (value) => {
  expect(csvCell(value)).toBe(`'${value}`);
});

it('writes a header and a line for each entity', () => {
  const columns = [
    { label: 'Name', plain: (entity: { metadata: { name: string } }) => entity.metadata.name },
  ];
  expect(toCsv([component('web'), component('api')], columns)).toBe('Name\r\nweb\r\napi\r\n');
});
