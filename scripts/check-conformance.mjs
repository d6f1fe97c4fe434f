// Sees to it that every test named in docs/conformance.md exists.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const specs = ['test', 'src', 'service/test', 'service/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /spec\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8').replaceAll(/\\'/g, "'")),
);

const rows = readFileSync(join(root, 'docs/conformance.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Requirement') && !line.startsWith('| -'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const missing = rows.filter(
  ([, , , test = '']) => !specs.some((text) => text.includes(test.replaceAll('`', ''))),
);
for (const [, requirement, , test] of missing) console.error(`No test is called "${test}" (${requirement}).`);
console.log(`${rows.length} requirements, ${missing.length} without their test.`);
process.exitCode = missing.length > 0 || rows.length === 0 ? 1 : 0;
