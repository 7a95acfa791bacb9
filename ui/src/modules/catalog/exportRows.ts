// The list as a file: CSV with the columns in sight, or JSON with whole entities.

import type { Entity } from '@/api/catalog';
import { fetchAll } from '@/api/queries/entities';
import type { EntityQuery } from '@/api/queries/pageRequest';
import { saveFile } from '@/components/saveFile';
import type { Column } from './columns';

const MOST = 50_000;

/** A cell as RFC 4180 wants it. A leading sign that a spreadsheet would run as a formula is disarmed. */
export function csvCell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

export function toCsv(entities: Entity[], columns: Pick<Column, 'label' | 'plain'>[]): string {
  const lines = [columns.map((column) => csvCell(column.label))];
  for (const entity of entities) lines.push(columns.map((column) => csvCell(column.plain(entity))));
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

export function saveCsv(entities: Entity[], columns: Column[]): void {
  saveFile('catalog.csv', new Blob([toCsv(entities, columns)], { type: 'text/csv' }));
}

export function saveJson(entities: Entity[]): void {
  saveFile('catalog.json', new Blob([JSON.stringify(entities, null, 2)], { type: 'application/json' }));
}

export async function exportCsv(query: EntityQuery, columns: Column[]): Promise<void> {
  saveCsv(await fetchAll(query, { most: MOST }), columns);
}

export async function exportJson(query: EntityQuery): Promise<void> {
  saveJson(await fetchAll(query, { most: MOST }));
}
