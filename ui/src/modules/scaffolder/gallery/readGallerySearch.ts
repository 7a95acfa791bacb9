// The filters of the gallery as they stand in the address: those of the catalog, without what is about its table.

import { type CatalogSearch, readCatalogSearch } from '@/modules/catalog/filters';

export type GallerySearch = Omit<CatalogSearch, 'kind' | 'sort' | 'dir' | 'group' | 'cols'>;

export function withoutTable(search: CatalogSearch): GallerySearch {
  const { kind: _, sort: _sort, dir: _dir, group: _group, cols: _cols, ...rest } = search;
  return rest;
}

export function readGallerySearch(raw: Record<string, unknown>): GallerySearch {
  return withoutTable(readCatalogSearch(raw));
}
