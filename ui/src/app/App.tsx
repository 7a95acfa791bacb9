// The providers, and the gate: nothing is asked of the server before somebody is signed in.

import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { ApiError } from '@/api/error';
import { useLiveCatalog } from '@/api/live/useLiveCatalog';
import { signInOptions } from '@/api/queries/signInOptions';
import { currentSession, subscribe } from '@/api/session';
import type { SignInOptions } from '@/api/signInCalls';
import { useSession } from '@/api/useSession';
import { Toasts } from '@/components/Toasts';
import { theme } from '@/theme/theme';
import { makeRouter } from './router';
import { handleKey } from './shortcuts';

const SignIn = lazy(() => import('@/modules/sign-in/SignIn'));
const SessionTrouble = lazy(() => import('@/modules/sign-in/SessionTrouble'));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});
const router = makeRouter(client);

/** Starts loading the page of the address while signing in is still under way. */
export function loadPage(): void {
  void router.load();
}

/** The ways to sign in, kept for the sign-in page if it comes to that. */
export function readSignInOptions(): Promise<SignInOptions> {
  return client.fetchQuery(signInOptions());
}

let before = currentSession();
subscribe(() => {
  const now = currentSession();
  const left = before.state === 'signed-in' ? before : undefined;
  before = now;
  if (!left) return;
  // What one person may see must not be shown to the next; a renewed session of the same person keeps everything.
  if (now.state !== 'signed-in' || now.identity.userEntityRef !== left.identity.userEntityRef) client.clear();
  else if (left.trouble && !now.trouble) void client.invalidateQueries();
});

/** Draws nothing; what is on screen follows the catalog's changes. */
function Live() {
  useLiveCatalog();
  return null;
}

export function App() {
  const session = useSession();
  useEffect(() => {
    document.addEventListener('keydown', handleKey);
    return () => document.removeEventListener('keydown', handleKey);
  }, []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        {session.state === 'signed-in' ? (
          <RouterProvider key={session.identity.userEntityRef} router={router} />
        ) : null}
        <Suspense>
          {session.state === 'signed-out' ? <SignIn failure={session.failure} /> : null}
          {session.state === 'signed-in' && session.trouble ? (
            <SessionTrouble trouble={session.trouble} />
          ) : null}
        </Suspense>
        {session.state === 'signed-in' ? <Live /> : null}
      </QueryClientProvider>
      <Toasts />
    </MantineProvider>
  );
}
