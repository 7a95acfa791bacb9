// The ways to sign in that the server offers.

import { queryOptions } from '@tanstack/react-query';
import { fetchSignInOptions } from '../signInCalls';

export const signInOptions = () =>
  queryOptions({
    queryKey: ['auth', 'sign-in-options'],
    queryFn: fetchSignInOptions,
    staleTime: 60_000,
    retry: 1,
  });
