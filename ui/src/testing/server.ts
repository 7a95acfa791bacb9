// The server that component tests talk to; each test adds the routes it needs.

import { setupServer } from 'msw/node';

export const server = setupServer();

export const CATALOG = `${window.location.origin}/api/catalog`;
