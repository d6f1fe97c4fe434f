import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

describe('the entries of the built library', () => {
  let module: string[];
  let resource: string[];
  let testing: string[];
  let typeorm: string[];

  beforeAll(async () => {
    const entries = ['./dist/index.js', './dist/resource.js', './dist/testing.js', '@nestjs/typeorm'];
    const { stdout } = await run(process.execPath, [join(ROOT, 'bench/imports.mjs'), ROOT, ...entries]);
    [module = [], resource = [], testing = [], typeorm = []] = JSON.parse(stdout) as string[][];
  });

  it('are a file each, with what they share, of which none is for one class', async () => {
    const files = await readdir(join(ROOT, 'dist'), { recursive: true });
    const ours = files.filter((file) => file.endsWith('.js') && !file.startsWith('jest/'));
    expect(ours).toEqual(expect.arrayContaining(['index.js', 'resource.js', 'testing.js']));
    expect(ours.length).toBeLessThan(20);
  });

  it('import, for /resource and /testing, three packages beyond those of Nest', () => {
    for (const entry of [resource, testing]) expect(entry).toEqual(['ipaddr.js', 'jose', 'lru-cache']);
  });

  it('import, for the module, these beyond those of Nest and TypeORM, and no driver of a database', () => {
    expect(module.filter((name) => !typeorm.includes(name))).toEqual([
      'cookie',
      'http-cache-semantics',
      'ipaddr.js',
      'jose',
      'lru-cache',
      'preact',
      'preact-render-to-string',
      'rate-limiter-flexible',
    ]);
  });
});
