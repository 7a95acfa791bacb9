// Runs before the portal itself has been loaded: signs in again if the last visit did, and asks for the first rows of the
// catalog in the moment in which the token is there.

import { askedEarly } from './api/early';
import { pageRequest, ROW_FIELDS } from './api/queries/pageRequest';
import { currentToken, resumeSession, subscribe } from './api/session';
import { basePath, config } from './app/config';
import { parseSearch } from './app/search';
import { readCatalogSearch } from './modules/catalog/filters';
import { firstQuery } from './modules/catalog/firstQuery';
import { PAGE_SIZE } from './modules/catalog/segments';

async function ask(question: string, token: string): Promise<unknown> {
  const response = await fetch(`${config.backend.baseUrl}/api/catalog/entities/by-query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: question,
  });
  // Whatever is wrong, the page asks again and shows why.
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

function askForRows(): void {
  const { pathname, search } = window.location;
  if (pathname.replace(/\/+$/, '') !== `${basePath}/catalog`) return;
  const query = firstQuery(readCatalogSearch(parseSearch(search)));
  if (!query) return;
  const question = JSON.stringify(pageRequest(query, { limit: PAGE_SIZE, fields: ROW_FIELDS }));
  const answer = new Promise<unknown>((resolve, reject) => {
    const stop = subscribe(() => {
      const token = currentToken();
      if (!token) return;
      stop();
      ask(question, token).then(resolve, reject);
    });
  });
  askedEarly(question, answer);
}

/** True if the last visit's sign-in is being gone on with. */
export const resumed = resumeSession();
if (resumed) askForRows();
