// What the gallery lists: templates, filtered by the same words in the address as the catalog.

import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { fetchPage } from '@/api/queries/entities';
import { ROW_FIELDS } from '@/api/queries/pageRequest';
import { type CatalogSearch, type Mine, predicateOf } from '@/modules/catalog/filters';
import type { GallerySearch } from './readGallerySearch';

export const asCatalog = (search: GallerySearch): CatalogSearch => ({ ...search, kind: 'template' });

const PAGE = 60;

export const templates = (search: GallerySearch, mine: Mine) => {
  const query = predicateOf(asCatalog(search), mine);
  return infiniteQueryOptions({
    queryKey: ['catalog', 'templates', query, search.q],
    queryFn: ({ signal, pageParam }) =>
      fetchPage(
        { query, text: search.q, order: { field: 'metadata.name', order: 'asc' } },
        { limit: PAGE, offset: pageParam, fields: ROW_FIELDS, signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && read < last.totalItems ? read : undefined;
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
};
