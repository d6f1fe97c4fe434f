import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillDataDir } from '../support/data-dir.js';
import { page } from '../support/how-to.js';
import { hostDependencies, installPacked } from '../support/packed-host.js';
import { APPLICATION, JEST, VITEST } from '../support/stock-application.js';

const run = promisify(execFile);

describe.each([
  ['Nest 11 with Jest and CommonJS', hostDependencies('11', '^0.3.25'), JEST],
  ['Nest 12 with Vitest', hostDependencies('12'), VITEST],
])('a stock application of %s, with the packed library', (name, host, stock) => {
  let folder: string;

  beforeAll(async () => {
    folder = await installPacked({ ...host, ...stock.dependencies });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object;
    const isModule = 'type' in stock.manifest;
    const files = {
      ...stock.files,
      'package.json': JSON.stringify({ ...manifest, ...stock.manifest }),
      ...Object.fromEntries(
        Object.entries(APPLICATION).map(([path, text]) => [
          path,
          isModule ? text.replaceAll(/from '(\.[^']*)'/g, "from '$1.js'") : text,
        ]),
      ),
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await fillDataDir(join(folder, 'data'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const test = (command: string[]) =>
    run('npx', command, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CI: 'true',
        DATA_DIR: join(folder, 'data'),
        STARTED: join(folder, 'started'),
      },
    }).then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `It failed: ${stdout}${stderr}`,
    );

  it('tests a guarded controller, whose start takes less than a second of the processor', async () => {
    expect(await test(stock.unit)).not.toContain('It failed');
    const milliseconds = Number(await readFile(join(folder, 'started'), 'utf8'));
    console.log(`A guarded controller, ${name}: ${Math.round(milliseconds)} ms of the processor`);
    expect(milliseconds).toBeLessThan(1_000);
  });

  it('tests itself as a whole, on the embedded database', async () => {
    expect(await test(stock.endToEnd)).not.toContain('It failed');
  }, 180_000);
});

describe('docs/how-to/testing.md', () => {
  it('has the line that Jest needs', async () => {
    expect(await page('testing.md')).toContain(`"preset": "${JEST.manifest.jest.preset}"`);
  });
});
