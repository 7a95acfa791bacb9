// A certified OpenID provider that nobody here wrote, on a free port, with its own pages for signing in.

import type { Server } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './portal';

export type IdentityProvider = {
  /** What the portal's configuration says about it. */
  section: Record<string, unknown>;
  stop: () => Promise<void>;
};

const CLIENT = {
  client_id: 'callboard',
  client_secret: 'a secret of the test: long enough & with signs to encode',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

/** Whoever signs in as `x` has the address `x@tidewater.example`; nobody has checked that of `x?`. */
function claims(login: string) {
  const name = login.replace('?', '');
  return {
    sub: login,
    name,
    preferred_username: name,
    email: `${name}@tidewater.example`,
    email_verified: !login.endsWith('?'),
  };
}

/** Starts the provider, for one client that may be sent back to `callback`. */
export async function startIdentityProvider(callback: string): Promise<IdentityProvider> {
  const port = await freePort();
  // An address and not "localhost", so that its cookies are not the portal's.
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    clients: [{ ...CLIENT, redirect_uris: [callback] }],
    cookies: { keys: ['only for this test'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
    },
    features: { revocation: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: async (_context: unknown, login: string) => ({
      accountId: login,
      claims: async () => claims(login),
    }),
  });
  const server = await new Promise<Server>((started) => {
    const running = provider.listen(port, '127.0.0.1', () => started(running));
  });
  return {
    section: {
      metadataUrl: `${url}/.well-known/openid-configuration`,
      clientId: CLIENT.client_id,
      clientSecret: CLIENT.client_secret,
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
