// Why an entity failed, in one text.

import type { UnprocessedEntity } from '@/api/catalog';

type Detail = { message: string; cause?: Detail | undefined };

function chain(error: Detail): string {
  const cause = error.cause;
  // The server often repeats the cause in the message already.
  if (!cause || error.message.includes(cause.message)) return error.message;
  return `${error.message}: ${chain(cause)}`;
}

export function reasonOf(row: UnprocessedEntity): string {
  return (row.errors ?? []).map((error) => chain(error)).join('\n');
}

/** Whether the reference or the reason holds the text. */
export function matchesText(row: UnprocessedEntity, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    wanted === '' ||
    `${row.entity_ref} ${reasonOf(row)} ${row.location_key ?? ''}`.toLowerCase().includes(wanted)
  );
}
