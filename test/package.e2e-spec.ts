import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

interface Manifest {
  exports: Record<string, { types: string; default: string } | string>;
  bin?: Record<string, string>;
  [field: string]: unknown;
}

describe.each([
  ['nestjs-mcp-auth', '.'],
  ['nestjs-mcp-auth-service', 'service'],
])('the package %s', (name, folder) => {
  let files: Set<string>;
  let manifest: Manifest;

  const text = (path: string) => readFile(join(ROOT, folder, path), 'utf8');

  beforeAll(async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json', '-w', name], {
      cwd: ROOT,
    });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    files = new Set(packed?.files.map(({ path }) => path));
    manifest = JSON.parse(await text('package.json')) as Manifest;
  });

  it('says what it is, whose, and where to turn', () => {
    for (const field of [
      'description',
      'keywords',
      'license',
      'author',
      'repository',
      'homepage',
      'bugs',
      'engines',
    ])
      expect(manifest[field], field).toBeTruthy();
    expect(files).toContain('LICENSE');
  });

  it('has every file that an entry or a command names', () => {
    const entries = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry.types, entry.default],
    );
    for (const path of [...entries, ...Object.values(manifest.bin ?? {})])
      expect(files).toContain(normalize(path));
  });

  it('has no source map, no test and no source', () => {
    expect([...files].filter((path) => /\.map$|\.spec\.|(^|\/)(src|test)\//.test(path))).toEqual([]);
  });

  it('has no link that leads nowhere', async () => {
    for (const page of [...files].filter((path) => path.endsWith('.md')))
      for (const [, link = ''] of (await text(page)).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        const target = normalize(join(dirname(page), link));
        const isThere = files.has(target) || [...files].some((path) => path.startsWith(target));
        expect(isThere, `${page}: ${link}`).toBe(true);
      }
  });
});
