// Writes dist/jest: the library in CommonJS for Jest, which cannot load ECMAScript modules in its realms, and the preset
// that maps the package's name to it. Nothing but Jest reads it (docs/adr/0058-a-commonjs-build-for-jest.md).
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/jest');
/** Dependencies that Jest finds as ECMAScript modules alone: they come along. */
const BUNDLED = ['jose', 'preact', 'preact-render-to-string'];
const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.entries(exports).flatMap(([name, { default: file }]) =>
  file?.endsWith('.js') ? [{ name, file: join(ROOT, file) }] : [],
);
const fileOf = (name) => (name === '.' ? 'whole' : name.slice('./'.length));

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: BUNDLED },
  build: {
    ssr: true,
    outDir: OUT,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map(({ name, file }) => [fileOf(name), file])),
      output: {
        format: 'cjs',
        dynamicImportInCjs: false,
        entryFileNames: '[name].cjs',
        chunkFileNames: '[name]-[hash].cjs',
      },
    },
  },
});

// A test of one controller needs the guard and the decorators: TypeORM is loaded when something else is asked for.
const [whole, light] = await Promise.all(
  ['.', './resource'].map(async (name) => Object.keys(await import(join(ROOT, exports[name].default)))),
);
const later = whole.filter((name) => !light.includes(name));
await writeFile(
  join(OUT, 'index.cjs'),
  `'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
const light = require('./resource.cjs');
for (const name of ${JSON.stringify(whole.filter((name) => light.includes(name)))}) exports[name] = light[name];
for (const name of ${JSON.stringify(later)})
  Object.defineProperty(exports, name, { enumerable: true, get: () => require('./whole.cjs')[name] });
`,
);
// The embedded database imports modules of Node dynamically, which a realm of Jest's refuses: it is loaded outside of it.
const OUTSIDE = { pglite: '@electric-sql/pglite', 'pglite-adapter': '@electric-sql/pglite/node-postgres' };
for (const [file, name] of Object.entries(OUTSIDE))
  await writeFile(
    join(OUT, `${file}.cjs`),
    `'use strict';
// What Jest gives instead of Node's own is a class that extends it.
const { createRequire } = Object.getPrototypeOf(require('node:module'));
module.exports = createRequire(__filename)('${name}');
`,
  );

await writeFile(
  join(OUT, 'jest-preset.cjs'),
  `'use strict';
const { join } = require('node:path');
module.exports = {
  moduleNameMapper: {
    '^nestjs-mcp-auth$': join(__dirname, 'index.cjs'),
    '^nestjs-mcp-auth/(${entries.flatMap(({ name }) => (name === '.' ? [] : [fileOf(name)])).join('|')})$': join(__dirname, '$1.cjs'),
    '^@electric-sql/pglite$': join(__dirname, 'pglite.cjs'),
    '^@electric-sql/pglite/node-postgres$': join(__dirname, 'pglite-adapter.cjs'),
  },
};
`,
);
