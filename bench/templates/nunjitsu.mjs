// The same inputs through nunjitsu, the engine of Backstage's scaffolder, with Node 22 or newer:
//   npm install --no-save nunjitsu@0.7.0 node@22 && node_modules/.bin/node bench/templates/nunjitsu.mjs
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTemplateRenderer } from 'nunjitsu';

const inputs = JSON.parse(fs.readFileSync(process.argv[2] ?? 'bench/templates/inputs.json', 'utf8'));
const renderer = createTemplateRenderer({ allowRegexExecution: true });
const render = template => renderer.render(template, inputs.context);

function rate(work) {
  const warm = Date.now();
  while (Date.now() - warm < 1000) work();
  const start = process.hrtime.bigint();
  let count = 0;
  while (process.hrtime.bigint() - start < 3_000_000_000n) count += work();
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

const small = rate(() => (inputs.small.forEach(render), inputs.small.length));
console.log(`small templates: ${small.toFixed(0)} renders/s`);
const file = rate(() => (render(inputs.file), 1));
console.log(`files of ${Buffer.byteLength(inputs.file)} bytes: ${file.toFixed(0)} files/s`);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nunjitsu-speed-'));
fs.mkdirSync(path.join(root, 'from'));
fs.mkdirSync(path.join(root, 'to'));
for (let index = 0; index < 1000; index += 1) fs.writeFileSync(path.join(root, 'from', `file${index}.txt`), inputs.file);
const disk = rate(() => {
  for (let index = 0; index < 1000; index += 1) {
    const text = fs.readFileSync(path.join(root, 'from', `file${index}.txt`), 'utf8');
    fs.writeFileSync(path.join(root, 'to', `file${index}.txt`), render(text));
  }
  return 1000;
});
console.log(`a skeleton of 1,000 files, read and written: ${disk.toFixed(0)} files/s`);
fs.rmSync(root, { recursive: true });
