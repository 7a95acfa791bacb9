// The typed client of the catalog, generated from the server's own OpenAPI document.

import createClient from 'openapi-fetch';
import { config } from '@/app/config';
import { errorOf } from './error';
import { authorizedFetch } from './http';
import type { components, paths } from './schema';

export type Entity = components['schemas']['Entity'];
export type FacetValue = components['schemas']['FacetValue'];
export type Change = components['schemas']['Change'];
export type CatalogLocation = components['schemas']['Location'];
export type UnprocessedEntity = components['schemas']['UnprocessedEntity'];
export type LocationAnalysis = components['schemas']['LocationAnalysis'];

export const catalog = createClient<paths>({
  baseUrl: `${config.backend.baseUrl}/api/catalog`,
  fetch: authorizedFetch,
});

/** The data of an answer, or an `ApiError` with the reason. */
export async function unwrap<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}
