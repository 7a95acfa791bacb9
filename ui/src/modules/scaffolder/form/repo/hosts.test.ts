import { expect, it } from 'vitest';
import { tokenOf } from './credentials';
import { formatRepoUrl, parseRepoUrl, repoUrlProblems } from './hosts';
import { questionFor, valuesFor } from './useRepoCompletions';

it('writes a repository as the publish actions of Backstage read it', () => {
  const url = { host: 'dev.azure.com', organization: 'o', project: 'p q', repo: 'r' };
  const text = formatRepoUrl(url);
  expect(text).toBe('dev.azure.com?repo=r&organization=o&project=p+q');
  expect(parseRepoUrl(text)).toEqual(url);
});

it.each([
  ['github.com?owner=o', ['Repository name is needed']],
  ['bitbucket.org?workspace=w&repo=r', ['Project is needed']],
  ['github.com?owner=o&repo=r', []],
  ['', ['Choose a host']],
])('knows what %s lacks', (text, problems) => {
  expect(repoUrlProblems(text)).toEqual(problems);
});

it('asks a host for what fits to what is chosen already', () => {
  const url = { host: 'github.com', owner: 'o', repo: 'r' };
  expect(questionFor('branch', 'github', url)).toEqual({
    provider: 'github',
    resource: 'branches',
    context: { host: 'github.com', owner: 'o', repository: 'r' },
  });
  expect(questionFor('branch', 'github', { host: 'github.com' })).toBeUndefined();
  expect(valuesFor('repo', url, [{ id: 'o/one' }, { id: 'other/two' }])).toEqual(['one']);
});

it('takes a token only if it may do what the template needs', () => {
  const answer = (scope?: string) => ({ providerInfo: { accessToken: 't', ...(scope ? { scope } : {}) } });
  expect(tokenOf(answer('repo read:org'), ['repo'])).toBe('t');
  expect(tokenOf(answer('read:user'), ['repo'])).toBeUndefined();
  expect(tokenOf(answer(), ['repo'])).toBe('t');
  expect(tokenOf(null, [])).toBeUndefined();
});
