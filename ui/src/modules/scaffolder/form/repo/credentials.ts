// A token of the person at a source host, for templates that act in the person's name. It goes to the secrets of the
// task and is kept nowhere else.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { messageOf } from '@/api/error';
import type { Json } from '@/api/scaffolder';
import { fetchRefresh, type SignInAnswer } from '@/api/signInCalls';
import { toast } from '@/components/toasts';
import { askInPopup, PopupError } from '@/modules/sign-in/oauth';
import type { FormContext } from '../fields/field';
import { isRecord } from '../walk';
import type { HostType } from './hosts';

type Ways = { provider: string; title: string; scopes: string[]; key: string };

/** Which provider knows the person at a host, and what a template that writes repositories needs to be allowed. */
const WAYS: Partial<Record<HostType, Ways>> = {
  github: {
    provider: 'github',
    title: 'GitHub',
    scopes: ['repo', 'read:org', 'read:user', 'gist'],
    key: 'github',
  },
  gitlab: {
    provider: 'gitlab',
    title: 'GitLab',
    scopes: ['read_user', 'read_api', 'read_repository', 'write_repository', 'api'],
    key: 'gitlab',
  },
  azure: {
    provider: 'microsoft',
    title: 'Microsoft',
    scopes: ['vso.build', 'vso.code', 'vso.graph', 'vso.project', 'vso.profile', 'vso.code_manage'].map(
      (scope) => `499b84ac-1321-427f-aa17-267ca6975798/${scope}`,
    ),
    key: 'azure',
  },
  bitbucketCloud: {
    provider: 'bitbucket',
    title: 'Bitbucket',
    scopes: [
      'account',
      'team',
      'pullrequest',
      'snippet',
      'issue',
      'pullrequest:write',
      'snippet:write',
      'issue:write',
    ],
    key: 'bitbucket',
  },
  bitbucketServer: {
    provider: 'bitbucketServer',
    title: 'Bitbucket Server',
    scopes: ['REPO_READ', 'REPO_WRITE'],
    key: 'bitbucket',
  },
};

export type Credentials =
  /** The template does not ask for a token. */
  | { state: 'not asked' }
  /** There is no provider that could give one for this host. */
  | { state: 'impossible' }
  | { state: 'looking' }
  | { state: 'there'; token: string }
  | { state: 'missing'; title: string; connect: () => void; connecting: boolean };

type Asked = { secretsKey: string; additional: string[] };

function askedFor(options: Json, key: string): Asked | undefined {
  const asked = options.requestUserCredentials;
  if (!isRecord(asked) || typeof asked.secretsKey !== 'string') return undefined;
  const scopes = isRecord(asked.additionalScopes) ? asked.additionalScopes[key] : undefined;
  return {
    secretsKey: asked.secretsKey,
    additional: Array.isArray(scopes)
      ? scopes.filter((each): each is string => typeof each === 'string')
      : [],
  };
}

/** The token of an answer, if it may do all that is needed. */
export function tokenOf(answer: SignInAnswer | null | undefined, scopes: string[]): string | undefined {
  const info = answer?.providerInfo;
  if (!info?.accessToken) return undefined;
  // A provider that does not say what was granted granted what it was asked for.
  const granted = info.scope?.split(/[\s,]+/).filter(Boolean);
  if (!granted || granted.length === 0) return info.accessToken;
  return scopes.every((scope) => granted.includes(scope)) ? info.accessToken : undefined;
}

export function useCredentials(options: Json, type: HostType | undefined, context: FormContext): Credentials {
  const client = useQueryClient();
  const way = type ? WAYS[type] : undefined;
  const asked = askedFor(options, way?.key ?? '');
  const scopes = [...(way?.scopes ?? []), ...(asked?.additional ?? [])];
  const provider = way?.provider ?? '';
  // In memory only, and forgotten with the form.
  const silent = useQuery({
    queryKey: ['scaffolder', 'credentials', provider, scopes.join(' ')],
    queryFn: async () => tokenOf(await fetchRefresh(provider, scopes).catch(() => null), scopes) ?? null,
    enabled: asked !== undefined && way !== undefined,
    staleTime: 300_000,
    gcTime: 0,
    retry: false,
  });
  const connect = useMutation({
    mutationFn: async () => {
      const token = tokenOf(await askInPopup(provider, scopes), scopes);
      if (!token) throw new Error('The provider gave no token that may do what this template needs.');
      return token;
    },
    onSuccess: (token) =>
      client.setQueryData(['scaffolder', 'credentials', provider, scopes.join(' ')], token),
    onError: (error) => {
      const blocked = error instanceof PopupError && error.trouble === 'blocked';
      toast.error(
        `Not connected with ${way?.title}`,
        blocked
          ? 'The browser blocked the window. Allow windows of this site and try again.'
          : messageOf(error),
      );
    },
  });
  const token = asked && way ? (silent.data ?? undefined) : undefined;
  const { secretsKey } = asked ?? {};
  const { setSecret } = context;
  const held = secretsKey ? context.secrets[secretsKey] : undefined;
  useEffect(() => {
    if (secretsKey && token && held !== token) setSecret(secretsKey, token);
  }, [secretsKey, token, held, setSecret]);

  if (!asked || !type) return { state: 'not asked' };
  if (!way) return { state: 'impossible' };
  if (silent.isPending) return { state: 'looking' };
  if (token) return { state: 'there', token };
  return {
    state: 'missing',
    title: way.title,
    connect: () => connect.mutate(),
    connecting: connect.isPending,
  };
}
