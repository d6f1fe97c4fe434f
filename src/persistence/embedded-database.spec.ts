import { cp, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fillDataDir, newDataDir } from '../../test/support/data-dir.js';
import { dataSecret } from './data-secret.js';
import { openDataSource } from './data-source.js';
import { Database } from './database.js';
import { openEmbeddedDatabase } from './embedded-database.js';

describe('the embedded database', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-embedded-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('belongs to one opener at a time, and outlives one that crashed', async () => {
    await fillDataDir(dataDir);
    const first = await openEmbeddedDatabase(dataDir);
    await expect(openEmbeddedDatabase(dataDir)).rejects.toThrow('is in use by process');
    await first.close();
    expect(await readdir(dataDir)).toEqual(['postgres']);
    // No process has this id, or this one's id stands there from a life before.
    for (const pid of [String(2 ** 30), String(process.pid), 'x', ''])
      await writeFile(join(dataDir, 'process.pid'), pid).then(async () =>
        (await openEmbeddedDatabase(dataDir)).close(),
      );
  });

  it('keeps its rows over a restart, and can be tended while it runs', async () => {
    const settings = { dataDir, schema: 'mcp_auth', poolSize: 1 };
    const before = await openDataSource(settings);
    await before.query(`INSERT INTO mcp_auth."signingKey" VALUES ('kid', 'ES256', 1, '\\x00', now(), now())`);
    await new Database(before, { schema: 'mcp_auth', poolSize: 1, preparedStatements: true }).maintain();
    await before.destroy();
    const after = await openDataSource(settings);
    expect(await after.query('SELECT kid FROM mcp_auth."signingKey"')).toEqual([{ kid: 'kid' }]);
    await after.destroy();
  });

  describe('from a template', () => {
    let template: string;
    const copy = (folder: string) => cp(template, folder, { recursive: true });

    beforeAll(async () => {
      template = join(await newDataDir(), 'postgres');
    });
    afterAll(() => rm(join(template, '..'), { recursive: true, force: true }));

    it('is filled once, and kept from then on', async () => {
      const fill = vi.fn(copy);
      for (let start = 0; start < 2; start++) {
        const database = await openEmbeddedDatabase(dataDir, fill);
        await database.close();
      }
      expect(fill).toHaveBeenCalledOnce();
      expect(await readdir(dataDir)).toEqual(['postgres']);
      expect((await stat(join(dataDir, 'postgres'))).mode & 0o077).toBe(0);
    });

    it('leaves nothing behind when the template ends half-way, and begins anew at the next start', async () => {
      const half = async (folder: string) => {
        await mkdir(join(folder, 'base'));
        await writeFile(join(folder, 'PG_VERSION'), '18');
        throw new Error('The template is cut.');
      };
      await expect(openEmbeddedDatabase(dataDir, half)).rejects.toThrow('The template is cut.');
      expect(await readdir(dataDir)).toEqual([]);
      // A process that died while it filled the folder.
      await mkdir(join(dataDir, 'postgres.new/base'), { recursive: true });
      await (await openEmbeddedDatabase(dataDir, copy)).close();
      expect(await readdir(dataDir)).toEqual(['postgres']);
    });

    describe.each([
      ['pg_wal', (path: string) => rm(path, { recursive: true })],
      ['PG_VERSION', (path: string) => rm(path)],
      ['global/pg_control', (path: string) => truncate(path, 10)],
    ])('whose %s is cut', (name, cut) => {
      const files = async (folder: string) =>
        (await readdir(folder, { recursive: true })).filter((file) => file !== 'postmaster.pid').toSorted();

      it('says so, and leaves nothing behind', async () => {
        const damaged = async (folder: string) => {
          await copy(folder);
          await cut(join(folder, name));
        };
        await expect(openEmbeddedDatabase(dataDir, damaged)).rejects.toThrow(
          /^The template of the embedded database is not whole, or of another version of PGlite: make it again\.$/,
        );
        expect(await readdir(dataDir)).toEqual([]);
      });

      it('is told from a database that was cut later, which stays as it is', async () => {
        const folder = join(dataDir, 'postgres');
        await copy(folder);
        await cut(join(folder, name));
        const before = await files(folder);
        await expect(openEmbeddedDatabase(dataDir, copy)).rejects.toThrow(
          new Error(
            `The embedded database in ${folder} cannot be opened: restore the folder from a backup, or move it away to begin with an empty one.`,
          ),
        );
        expect(await files(folder)).toEqual(before);
        expect(await readdir(dataDir)).toEqual(['postgres']);
      });
    });
  });

  it('has a secret of its own that nobody else can read', async () => {
    const secret = dataSecret(dataDir);
    expect(Buffer.from(secret.text, 'base64')).toHaveLength(32);
    await expect(stat(join(dataDir, 'secret'))).rejects.toThrow('ENOENT');
    secret.keep();
    secret.keep();
    expect(dataSecret(dataDir).text).toBe(secret.text);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o077).toBe(0);
  });
});
