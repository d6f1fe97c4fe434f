import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEST = ['reflect-metadata', 'rxjs', '@nestjs/common', '@nestjs/core', '@nestjs/platform-express'];

/**
 * For each of `entries`, the packages that a fresh process in `folder` loads by importing it, beyond those of a Nest
 * application: folders, and their names.
 */
export function importedPackages(folder, entries) {
  const ofNest = loadedPackages(folder, NEST);
  return entries.map((entry) => {
    const loaded = loadedPackages(folder, [...NEST, entry]);
    return new Map(
      [...loaded].filter(([path]) => !ofNest.has(path)).toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
  });
}

/** V8's own record of the scripts of a process, ECMAScript modules and CommonJS alike. */
function loadedPackages(folder, entries) {
  const record = mkdtempSync(join(tmpdir(), 'mcp-auth-imports-'));
  try {
    const program = entries.map((entry) => `await import(${JSON.stringify(entry)});`).join('');
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      env: { ...process.env, NODE_V8_COVERAGE: record },
    });
    const scripts = readdirSync(record).flatMap(
      (name) => JSON.parse(readFileSync(join(record, name))).result,
    );
    return new Map(scripts.flatMap(({ url }) => packageOf(url)));
  } finally {
    rmSync(record, { recursive: true });
  }
}

function packageOf(url) {
  const [, path, name] = /^(file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(url) ?? [];
  return name === undefined ? [] : [[fileURLToPath(path), name]];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...entries] = process.argv.slice(2);
  console.log(JSON.stringify(importedPackages(folder, entries).map((loaded) => [...loaded.values()])));
}
