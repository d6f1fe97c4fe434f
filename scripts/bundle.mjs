// Puts what the compiler wrote in dist into one file for each entry, and one for each set of files that entries share: Node
// takes longer to find, read and link 250 files than to run them (docs/adr/0117-a-file-for-each-entry.md).
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.values(exports).flatMap(({ default: file }) =>
  file?.endsWith('.js') ? [[file.slice('./dist/'.length, -'.js'.length), join(ROOT, file)]] : [],
);

/** V8 keeps a source with one letter beyond Latin-1 at two bytes a letter. */
const latin1 = {
  name: 'latin-1',
  generateBundle(_options, bundle) {
    const escaped = (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const chunk of Object.values(bundle)) chunk.code = chunk.code.replace(/[^\0-\xff]/g, escaped);
  },
};

const out = await mkdtemp(join(DIST, '.bundle-'));
const { output } = await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  plugins: [latin1],
  // What the compiler's own helpers are; every file would have a copy of its own.
  ssr: { noExternal: ['tslib'] },
  build: {
    ssr: true,
    outDir: out,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(entries),
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
    },
  },
});

// Nest, TypeORM and the log know a class by its name.
const renamed = output.flatMap(
  ({ code = '' }) => code.match(/^(?:var|let|const) \w+\$\d+ = class\b|\bclass \w+\$\d+/gm) ?? [],
);
if (renamed.length > 0) throw new Error(`Two classes have one name: ${renamed.join(', ')}.`);

for (const file of await readdir(DIST, { recursive: true }))
  if (file.endsWith('.js') && !file.startsWith('.bundle-')) await rm(join(DIST, file));
await rm(join(DIST, 'shared'), { recursive: true, force: true });
for (const file of await readdir(out)) await rename(join(out, file), join(DIST, file));
await rm(out, { recursive: true });
