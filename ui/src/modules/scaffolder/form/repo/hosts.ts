// The source hosts that this portal knows, from the config that browsers may see, and what a repository needs on each.

import { config } from '@/app/config';
import { isRecord } from '../walk';

export type HostType =
  | 'github'
  | 'gitlab'
  | 'bitbucketCloud'
  | 'bitbucketServer'
  | 'azure'
  | 'gerrit'
  | 'gitea';

export type RepoPart = 'organization' | 'workspace' | 'project' | 'owner' | 'repo';

export type RepoUrl = { host: string } & { [part in RepoPart]?: string | undefined };

/** Hosts that are known without being configured. */
const ALWAYS: [string, HostType][] = [
  ['github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['bitbucket.org', 'bitbucketCloud'],
  ['dev.azure.com', 'azure'],
];

const GROUPS: [string, HostType][] = [
  ['github', 'github'],
  ['gitlab', 'gitlab'],
  ['bitbucketCloud', 'bitbucketCloud'],
  ['bitbucketServer', 'bitbucketServer'],
  ['azure', 'azure'],
  ['gerrit', 'gerrit'],
  ['gitea', 'gitea'],
];

function configured(): [string, HostType][] {
  const integrations = (config as Record<string, unknown>).integrations;
  if (!isRecord(integrations)) return [];
  return GROUPS.flatMap(([key, type]) => {
    const list = integrations[key];
    if (!Array.isArray(list)) return [];
    return list.flatMap((each): [string, HostType][] => {
      if (!isRecord(each)) return [];
      const usual = ALWAYS.find(([, known]) => known === type)?.[0];
      const host = typeof each.host === 'string' ? each.host : usual;
      return host ? [[host, type]] : [];
    });
  });
}

/** Every known host with its kind, the configured ones first. */
export function knownHosts(): ReadonlyMap<string, HostType> {
  const hosts = new Map(configured());
  for (const [host, type] of ALWAYS) if (!hosts.has(host)) hosts.set(host, type);
  return hosts;
}

/** The kind of a host; one that is not configured is guessed by its name, as it will be refused anyway if it's wrong. */
export function hostType(host: string | undefined): HostType | undefined {
  if (!host) return undefined;
  return knownHosts().get(host);
}

type Need = { part: RepoPart; required: boolean };
const need = (part: RepoPart, required = true): Need => ({ part, required });

const NEEDS: Record<HostType, Need[]> = {
  github: [need('owner'), need('repo')],
  gitlab: [need('owner'), need('repo')],
  bitbucketCloud: [need('workspace'), need('project'), need('repo')],
  bitbucketServer: [need('project'), need('repo')],
  azure: [need('organization'), need('project'), need('repo')],
  gerrit: [need('owner', false), need('repo')],
  gitea: [need('owner'), need('repo')],
};

const ELSEWHERE = [need('owner'), need('repo')];

/** What has to be said about a repository on a host, in the order in which one says it. */
export function partsOf(type: HostType | undefined): Need[] {
  return type ? NEEDS[type] : ELSEWHERE;
}

export const PART_LABELS: Record<RepoPart, string> = {
  organization: 'Organization',
  workspace: 'Workspace',
  project: 'Project',
  owner: 'Owner',
  repo: 'Repository name',
};

const ORDER: RepoPart[] = ['owner', 'repo', 'organization', 'workspace', 'project'];

/** `host?owner=o&repo=r`, as the actions of Backstage read it; undefined as long as nothing is said. */
export function formatRepoUrl(url: RepoUrl): string | undefined {
  if (!url.host) return undefined;
  const params = new URLSearchParams();
  for (const part of ORDER) {
    const value = url[part];
    if (value) params.set(part, value);
  }
  return `${url.host}?${params}`;
}

export function parseRepoUrl(text: unknown): RepoUrl {
  if (typeof text !== 'string' || text === '') return { host: '' };
  const cut = text.indexOf('?');
  const host = cut < 0 ? text : text.slice(0, cut);
  const params = new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1));
  const url: RepoUrl = { host };
  for (const part of ORDER) {
    const value = params.get(part);
    if (value) url[part] = value;
  }
  return url;
}

/** What is missing or not possible in a repository's address, in words. */
export function repoUrlProblems(text: string): string[] {
  const url = parseRepoUrl(text);
  if (!url.host) return ['Choose a host'];
  const type = hostType(url.host);
  const problems = partsOf(type)
    .filter(({ part, required }) => required && !url[part])
    .map(({ part }) => `${PART_LABELS[part]} is needed`);
  if (url.repo && /[\s?#]/.test(url.repo)) problems.push('The name of a repository has no spaces');
  return problems;
}
