// The providers, and the gate: nothing is asked of the server before somebody is signed in.

import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '@/api/error';
import { useLiveCatalog } from '@/api/live/useLiveCatalog';
import { useSession } from '@/api/useSession';
import { Toasts } from '@/components/Toasts';
import { SignIn } from '@/modules/shell/SignIn';
import { theme } from '@/theme/theme';
import { makeRouter } from './router';
import { handleKey } from './shortcuts';

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
        {session.state === 'signed-in' ? <Live /> : null}
        {session.state === 'signed-in' ? <RouterProvider router={router} /> : <SignIn session={session} />}
      </QueryClientProvider>
      <Toasts />
    </MantineProvider>
  );
}
