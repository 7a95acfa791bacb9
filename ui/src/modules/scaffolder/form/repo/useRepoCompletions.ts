// What a source host offers to the person for each part of a repository's address.

import { useQuery } from '@tanstack/react-query';
import { type Completion, completions } from '@/api/queries/scaffolder';
import type { HostType, RepoPart, RepoUrl } from './hosts';

type Question = { provider: string; resource: string; context: Record<string, string> };

/** The question for one part, as far as the parts before it are known. */
export function questionFor(
  part: RepoPart | 'branch',
  type: HostType | undefined,
  url: RepoUrl,
): Question | undefined {
  const { host, owner, repo, workspace, project } = url;
  if (type === 'github') {
    const provider = 'github';
    if (part === 'owner') return { provider, resource: 'owners', context: { host } };
    if (part === 'repo') return { provider, resource: 'repositoriesWithOwner', context: { host } };
    if (part === 'branch' && owner && repo) {
      return { provider, resource: 'branches', context: { host, owner, repository: repo } };
    }
  }
  if (type === 'gitlab') {
    const provider = 'gitlab';
    if (part === 'owner') return { provider, resource: 'groups', context: { host } };
    if (part === 'repo' && owner) return { provider, resource: 'repositories', context: { host, id: owner } };
  }
  if (type === 'bitbucketCloud') {
    const provider = 'bitbucket-cloud';
    if (part === 'workspace') return { provider, resource: 'workspaces', context: {} };
    if (part === 'project' && workspace) return { provider, resource: 'projects', context: { workspace } };
    if (part === 'repo' && workspace && project) {
      return { provider, resource: 'repositories', context: { workspace, project } };
    }
    if (part === 'branch' && workspace && repo) {
      return { provider, resource: 'branches', context: { workspace, repository: repo } };
    }
  }
  return undefined;
}

/** The values that fit into a part. */
export function valuesFor(part: RepoPart | 'branch', url: RepoUrl, found: Completion[]): string[] {
  const ids = found.map(({ id, title }) => title ?? id);
  if (part !== 'repo') return ids;
  // Some hosts name a repository together with its owner.
  return ids.flatMap((id) => {
    const cut = id.lastIndexOf('/');
    if (cut < 0) return [id];
    return !url.owner || id.slice(0, cut) === url.owner ? [id.slice(cut + 1)] : [];
  });
}

export function useRepoCompletions(
  part: RepoPart | 'branch',
  type: HostType | undefined,
  url: RepoUrl,
  token: string | undefined,
): string[] {
  const question = questionFor(part, type, url);
  const { data } = useQuery(
    completions(
      question?.provider ?? '',
      question?.resource ?? '',
      token,
      question?.context ?? {},
      question !== undefined,
    ),
  );
  return valuesFor(part, url, data ?? []);
}
