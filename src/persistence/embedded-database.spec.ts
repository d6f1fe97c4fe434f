import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    const first = await openEmbeddedDatabase(dataDir);
    await expect(openEmbeddedDatabase(dataDir)).rejects.toThrow('is in use by process');
    await first.close();
    expect(await readdir(dataDir)).toEqual(['postgres']);
    // No process has this id, or this one's id stands there from a life before.
    for (const pid of [String(2 ** 30), String(process.pid), 'x', ''])
      await writeFile(join(dataDir, 'process.pid'), pid).then(async () =>
        (await openEmbeddedDatabase(dataDir)).close(),
      );
  }, 60_000);

  it('keeps its rows over a restart, and can be tended while it runs', async () => {
    const settings = { dataDir, schema: 'mcp_auth', poolSize: 1 };
    const before = await openDataSource(settings);
    await before.query(`INSERT INTO mcp_auth."signingKey" VALUES ('kid', 'ES256', 1, '\\x00', now(), now())`);
    await new Database(before, { schema: 'mcp_auth', poolSize: 1, preparedStatements: true }).maintain();
    await before.destroy();
    const after = await openDataSource(settings);
    expect(await after.query('SELECT kid FROM mcp_auth."signingKey"')).toEqual([{ kid: 'kid' }]);
    await after.destroy();
  }, 60_000);

  it('has a secret of its own that nobody else can read', async () => {
    const secret = dataSecret(dataDir);
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(dataSecret(dataDir)).toBe(secret);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o077).toBe(0);
  });
});
