// The pages that are looked at as a whole: by axe, and for the screenshots.

export const PAGES = [
  { name: 'home', path: '/home' },
  { name: 'catalog', path: '/catalog' },
  { name: 'catalog-grouped', path: '/catalog?group=owner' },
  { name: 'catalog-filtered', path: '/catalog?type=service&owner=group:default/booking-team' },
  { name: 'catalog-empty', path: '/catalog?type=website&lifecycle=deprecated&q=zzz' },
  { name: 'entity', path: '/catalog/default/component/booking-service' },
  { name: 'entity-graph', path: '/catalog/default/component/booking-service/graph' },
  { name: 'entity-history', path: '/catalog/default/component/booking-service/history' },
  { name: 'entity-raw', path: '/catalog/default/component/booking-service/raw' },
  { name: 'api-definition', path: '/catalog/default/api/booking-api/definition' },
  { name: 'group', path: '/catalog/default/group/booking-team' },
  { name: 'user', path: '/catalog/default/user/rosa.lindqvist' },
  { name: 'missing', path: '/catalog/default/component/no-such-thing' },
  { name: 'graph', path: '/catalog-graph?root=component:default/booking-service&table=yes' },
  {
    name: 'graph-grouped',
    path: '/catalog-graph?root=component:default/booking-service&group=system&labels=yes',
  },
  {
    name: 'graph-path',
    path: '/catalog-graph?root=component:default/customer-portal&to=resource:default/booking-db&table=yes',
  },
  { name: 'graph-start', path: '/catalog-graph' },
  { name: 'register', path: '/catalog-import' },
  { name: 'operations', path: '/operations' },
  { name: 'locations', path: '/operations?tab=locations' },
  { name: 'nowhere', path: '/no/such/page' },
] as const;
