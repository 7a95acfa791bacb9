// The audit log as a file.

import type { AuditEvent } from '@/api/queries/audit';
import { csvCell } from '@/modules/catalog/exportRows';

const COLUMNS: [string, (event: AuditEvent) => string][] = [
  ['Time', (event) => event.timestamp],
  ['Plugin', (event) => event.plugin],
  ['Event', (event) => event.eventId],
  ['Severity', (event) => event.severityLevel],
  ['Status', (event) => event.status],
  ['Actor', (event) => event.actor?.actorId ?? 'anonymous'],
  ['Address', (event) => event.actor?.ip ?? ''],
  ['Method', (event) => event.request?.method ?? ''],
  ['URL', (event) => event.request?.url ?? ''],
  ['Error', (event) => event.error ?? ''],
  ['Details', (event) => (event.meta === undefined ? '' : JSON.stringify(event.meta))],
];

export function eventsToCsv(events: AuditEvent[]): string {
  const lines = [COLUMNS.map(([label]) => label)];
  for (const event of events) lines.push(COLUMNS.map(([, read]) => csvCell(read(event))));
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
