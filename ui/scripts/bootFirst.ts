// Lets src/boot.ts run as soon as it is there, while the portal itself is still being loaded: it gets a chunk of its own,
// and the page a script element for it. That stands in the body: <base> and the configuration, which the server puts into
// the head, must have been read before it runs.

import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const BOOT = fileURLToPath(new URL('../src/boot.ts', import.meta.url));

export function bootFirst(): Plugin {
  let reference: string | undefined;
  let file: string | undefined;
  return {
    name: 'boot-first',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'chunk', id: BOOT, name: 'boot' });
    },
    generateBundle(_, bundle) {
      // The portal imports the same module, so it stands in a chunk of both; the emitted one would only point there.
      const holder = Object.values(bundle).find(
        (output) => output.type === 'chunk' && output.moduleIds.includes(BOOT),
      );
      file = holder?.fileName ?? (reference ? this.getFileName(reference) : undefined);
    },
    transformIndexHtml: {
      order: 'post',
      handler() {
        if (!file) return [];
        const attrs = { type: 'module', async: true, crossorigin: true, src: `./${file}` };
        return [{ tag: 'script', attrs, injectTo: 'body-prepend' }];
      },
    },
  };
}
