// A source host with git's own server behind the part of GitHub's API that publishing needs.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { program } from './portal';

export type GitHost = {
  /** `127.0.0.1:port`, as GitHub. */
  host: string;
  token: string;
  /** The section `integrations` of a configuration. */
  integrations: Record<string, unknown>;
  /** Runs `work` over a fresh clone of a branch. */
  clone: (repository: string, branch: string, work: (folder: string) => void) => void;
  stop: () => void;
};

function binary(): string {
  const found = join(dirname(program()), 'git-host');
  if (existsSync(found)) return found;
  throw new Error(`${found} is not there. "cargo build -p callboard-testkit --bins" makes it.`);
}

type Said = { github: string; token: string; integrations: Record<string, unknown> };

function firstLine(child: ChildProcess): Promise<Said> {
  return new Promise((done, failed) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) done(JSON.parse(text) as Said);
    });
    child.once('exit', (code) => failed(new Error(`the git host ended with ${code}`)));
  });
}

export async function startGitHost(): Promise<GitHost> {
  const child = spawn(binary(), [], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { github, token, integrations } = await firstLine(child);
  return {
    host: github,
    token,
    integrations,
    clone: (repository, branch, work) => {
      const folder = mkdtempSync(join(tmpdir(), 'callboard-clone-'));
      const url = `http://x-access-token:${token}@${github}/${repository}.git`;
      try {
        execFileSync('git', ['clone', '--quiet', '--branch', branch, url, folder]);
        work(folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    stop: () => {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
    },
  };
}
