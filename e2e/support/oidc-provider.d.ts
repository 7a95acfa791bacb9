// The little of the package that is used here; it brings no types of its own.

declare module 'oidc-provider' {
  import type { Server } from 'node:http';

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    listen(port: number, host: string, started: () => void): Server;
  }
}
