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
import { type AuditSearch, readAuditSearch } from '@/modules/audit/auditSearch';
import { readCatalogSearch } from '@/modules/catalog/filters';
import { firstQuery } from '@/modules/catalog/firstQuery';
import { PAGE_SIZE } from '@/modules/catalog/segments';
import { type GraphSearch, readGraphSearch } from '@/modules/graph/graphSearch';
import { readRbacSearch } from '@/modules/rbac/rbacSearch';
import { readGallerySearch } from '@/modules/scaffolder/gallery/readGallerySearch';
import { readTaskListSearch, readTaskSearch, readWizardSearch } from '@/modules/scaffolder/searches';
import { Frame } from '@/modules/shell/Frame';
import { PageError, PageMissing } from '@/modules/shell/PageError';
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
  component: Frame,
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

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings/{-$tab}',
  component: lazyRouteComponent(() => import('@/pages/SettingsPage'), 'SettingsPage'),
});

const rbac = createRoute({
  getParentRoute: () => root,
  path: '/rbac',
  validateSearch: readRbacSearch,
  component: lazyRouteComponent(() => import('@/pages/RbacPage'), 'RbacPage'),
});

const newRole = createRoute({
  getParentRoute: () => root,
  path: '/rbac/new',
  component: lazyRouteComponent(() => import('@/pages/RolePage'), 'NewRolePage'),
});

const role = createRoute({
  getParentRoute: () => root,
  path: '/rbac/roles/$kind/$namespace/$name',
  component: lazyRouteComponent(() => import('@/pages/RolePage'), 'RolePage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (raw: Record<string, unknown>): AuditSearch => readAuditSearch(raw),
  component: lazyRouteComponent(() => import('@/pages/AuditPage'), 'AuditPage'),
});

const create = createRoute({
  getParentRoute: () => root,
  path: '/create',
  validateSearch: readGallerySearch,
  component: lazyRouteComponent(() => import('@/pages/CreatePage'), 'CreatePage'),
});

const wizard = createRoute({
  getParentRoute: () => root,
  path: '/create/templates/$namespace/$name',
  validateSearch: readWizardSearch,
  component: lazyRouteComponent(() => import('@/pages/WizardPage'), 'WizardPage'),
});

const taskList = createRoute({
  getParentRoute: () => root,
  path: '/create/tasks',
  validateSearch: readTaskListSearch,
  component: lazyRouteComponent(() => import('@/pages/TasksPage'), 'TasksPage'),
});

const task = createRoute({
  getParentRoute: () => root,
  path: '/create/tasks/$taskId',
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => import('@/pages/TaskPage'), 'TaskPage'),
});

const editor = createRoute({
  getParentRoute: () => root,
  path: '/create/edit',
  validateSearch: (raw: Record<string, unknown>): { template?: string | undefined } => ({
    template: one(raw.template),
  }),
  component: lazyRouteComponent(() => import('@/pages/EditorPage'), 'EditorPage'),
});

const actions = createRoute({
  getParentRoute: () => root,
  path: '/create/actions',
  validateSearch: (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: one(raw.q) }),
  component: lazyRouteComponent(() => import('@/pages/ActionsPage'), 'ActionsPage'),
});

const extensions = createRoute({
  getParentRoute: () => root,
  path: '/create/templating-extensions',
  validateSearch: (raw: Record<string, unknown>): { q?: string | undefined } => ({ q: one(raw.q) }),
  component: lazyRouteComponent(() => import('@/pages/ExtensionsPage'), 'ExtensionsPage'),
});

const fields = createRoute({
  getParentRoute: () => root,
  path: '/create/fields',
  validateSearch: (raw: Record<string, unknown>): { field?: string | undefined } => ({
    field: one(raw.field),
  }),
  component: lazyRouteComponent(() => import('@/pages/FieldsPage'), 'FieldsPage'),
});

const consent = createRoute({
  getParentRoute: () => root,
  path: '/oauth2/authorize/$sessionId',
  component: lazyRouteComponent(() => import('@/pages/ConsentPage'), 'ConsentPage'),
});

/** The router; `client` is what preloading fills. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      index,
      home,
      catalog,
      entity,
      graph,
      register,
      operations,
      settings,
      rbac,
      newRole,
      role,
      audit,
      create,
      wizard,
      taskList,
      task,
      editor,
      actions,
      extensions,
      fields,
      consent,
    ]),
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
