// The whole portal behind the sign-in, at an address, in memory.

import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { makeRouter } from '@/app/router';
import { handleKey } from '@/app/shortcuts';
import { Toasts } from '@/components/Toasts';

export function renderApp(address: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = makeRouter(client);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [address] }) });
  document.removeEventListener('keydown', handleKey);
  document.addEventListener('keydown', handleKey);
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { router, address: () => router.state.location.href };
}
