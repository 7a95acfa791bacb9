// Fails when what the browser must load before the first paint grows over the limit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 180 * 1000;
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const found = html.matchAll(/(?:src|href)="\.\/(static\/[^"]+\.(?:js|css))"/g);
const assets = [...new Set([...found].map((match) => match[1]))];
if (assets.length === 0) {
  console.error('No scripts found in dist/index.html. Run "npm run build" first.');
  process.exit(1);
}

let total = 0;
for (const asset of assets) {
  const size = gzipSync(readFileSync(join(dist, asset)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${asset}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  entry, gzipped (limit ${LIMIT / 1000} kB)`);
if (total > LIMIT) {
  console.error(
    'The entry bundle is over its limit. Move what the first page does not need into a lazy chunk.',
  );
  process.exit(1);
}
