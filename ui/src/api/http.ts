// Every call to the server goes through here: the token, one renewal when it was refused, and errors with a reason.

import { config } from '@/app/config';
import { ApiError, errorOf, messageOf } from './error';
import { currentSession, currentToken, renew, signedIn } from './session';

async function send(request: Request): Promise<Response> {
  await signedIn();
  const token = currentToken();
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'NetworkError', `The server cannot be reached: ${messageOf(error)}`);
  }
}

/** `fetch` with the token; a 401 is answered by renewing the token once. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  // Once a session has ended its person is being asked to sign in again; nothing else would help.
  const session = currentSession();
  const ended = session.state === 'signed-in' && session.trouble?.kind === 'ended';
  if (response.status !== 401 || ended) return response;
  await renew();
  return send(again);
}

/** Calls a plugin's route and returns its JSON; throws `ApiError` for anything but success. */
export async function callPlugin<T>(plugin: string, path: string, init: RequestInit = {}): Promise<T> {
  const request = new Request(`${config.backend.baseUrl}/api/${plugin}${path}`, {
    ...init,
    headers: init.body ? { 'Content-Type': 'application/json', ...init.headers } : init.headers,
  });
  const response = await authorizedFetch(request);
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response, body);
  return body as T;
}
