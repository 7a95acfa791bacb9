// Every page and its address. Pages are loaded when they are first needed.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { entityPage } from '@/api/queries/entities';
import { readCatalogSearch } from '@/modules/catalog/filters';
import { firstQuery } from '@/modules/catalog/firstQuery';
import { PAGE_SIZE } from '@/modules/catalog/segments';
import { type GraphSearch, readGraphSearch } from '@/modules/graph/graphSearch';
import { PageError, PageMissing } from '@/modules/shell/PageError';
import { Shell } from '@/modules/shell/Shell';
import { CatalogPage } from '@/pages/CatalogPage';
import { basePath } from './config';
import { one, oneOf, parseSearch, stringifySearch, whole } from './search';

export type EntitySearch = GraphSearch & {
  change?: string | undefined;
  format?: 'json' | undefined;
  /** How many steps dependencies are followed. */
  steps?: number | undefined;
};
export type OperationsSearch = { tab?: 'pending' | 'locations' | undefined; q?: string | undefined };

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Shell,
  notFoundComponent: PageMissing,
  errorComponent: PageError,
});

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/home', replace: true });
  },
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/home',
  component: lazyRouteComponent(() => import('@/pages/HomePage'), 'HomePage'),
});

const catalog = createRoute({
  getParentRoute: () => root,
  path: '/catalog',
  validateSearch: readCatalogSearch,
  loaderDeps: ({ search }) => ({ first: firstQuery(search) }),
  loader: ({ context, deps }) => {
    // Started, not waited for: the page draws itself while the rows are on their way.
    if (deps.first) void context.client.prefetchQuery(entityPage(deps.first, PAGE_SIZE, 0));
  },
  component: CatalogPage,
});

const entity = createRoute({
  getParentRoute: () => root,
  path: '/catalog/$namespace/$kind/$name/{-$tab}',
  validateSearch: (raw: Record<string, unknown>): EntitySearch => ({
    ...readGraphSearch(raw),
    change: one(raw.change),
    steps: whole(raw.steps, 1, 6),
    format: oneOf(raw.format, ['json'] as const),
  }),
  component: lazyRouteComponent(() => import('@/pages/EntityPage'), 'EntityPage'),
});

const graph = createRoute({
  getParentRoute: () => root,
  path: '/catalog-graph',
  validateSearch: readGraphSearch,
  component: lazyRouteComponent(() => import('@/pages/GraphPage'), 'GraphPage'),
});

const register = createRoute({
  getParentRoute: () => root,
  path: '/catalog-import',
  validateSearch: (raw: Record<string, unknown>): { url?: string | undefined } => ({ url: one(raw.url) }),
  component: lazyRouteComponent(() => import('@/pages/RegisterPage'), 'RegisterPage'),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: (raw: Record<string, unknown>): OperationsSearch => ({
    tab: oneOf(raw.tab, ['pending', 'locations'] as const),
    q: one(raw.q),
  }),
  component: lazyRouteComponent(() => import('@/pages/OperationsPage'), 'OperationsPage'),
});

/** The router; `client` is what preloading fills. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([index, home, catalog, entity, graph, register, operations]),
    basepath: basePath || '/',
    parseSearch,
    stringifySearch,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadDelay: 30,
    defaultPendingMs: 200,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
