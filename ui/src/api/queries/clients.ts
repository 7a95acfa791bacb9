// Programs that act for a person: their requests, which the person answers, and their sessions, which the person ends.

import { queryOptions } from '@tanstack/react-query';
import { isStatus } from '../error';
import { callPlugin } from '../http';

export type ClientRequest = {
  id: string;
  clientId: string;
  clientName?: string;
  scope?: string;
  redirectUri: string;
};

export type ClientSession = {
  id: string;
  clientId: string;
  clientName?: string;
  createdAt: string;
  lastUsedAt?: string;
  expiresAt?: string;
};

export const clientRequest = (id: string) =>
  queryOptions({
    queryKey: ['auth', 'client-request', id],
    queryFn: ({ signal }) =>
      callPlugin<ClientRequest>('auth', `/v1/sessions/${encodeURIComponent(id)}`, { signal }),
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where the browser goes with the answer. */
export async function answerClient(id: string, answer: 'approve' | 'reject'): Promise<string> {
  const path = `/v1/sessions/${encodeURIComponent(id)}/${answer}`;
  return (await callPlugin<{ redirectUrl: string }>('auth', path, { method: 'POST' })).redirectUrl;
}

/** The programs that are signed in for this person, or null where the server gives out no such sessions. */
export const clientSessions = () =>
  queryOptions({
    queryKey: ['auth', 'sessions'],
    queryFn: async ({ signal }): Promise<ClientSession[] | null> => {
      try {
        return (await callPlugin<{ items: ClientSession[] }>('auth', '/.callboard/sessions', { signal }))
          .items;
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
    retry: false,
    staleTime: 10_000,
  });

export async function endClientSession(id: string): Promise<void> {
  await callPlugin('auth', `/.callboard/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
