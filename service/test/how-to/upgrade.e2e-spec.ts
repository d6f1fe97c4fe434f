import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../../test/support/app.js';
import { freePort } from '../../../test/support/free-port.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { newDatabase } from '../../../test/support/postgres.js';
import { commandNames, runCommand } from '../support/run-command.js';
import { startProcess } from '../support/service-process.js';

const ROOT = join(import.meta.dirname, '../../..');
/** As the version of 25 November 2026 left its database, and what it was started with. */
const DUMP = join(import.meta.dirname, '../upgrade/2026-11-25.sql');
const OF_BEFORE = {
  MCP_AUTH_ISSUER: 'http://localhost:39417',
  MCP_AUTH_SECRET: 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
  MCP_AUTH_AUDIT_RETENTION: '0',
};

/** What a statement of the version before may need: a column or table, or that nothing more is asked of a row. */
const CONTRACTS = /DROP TABLE|DROP (?:COLUMN )?"|SET NOT NULL|DROP DEFAULT|RENAME/;

describe('docs/how-to/upgrade.md', () => {
  it('names every migration that takes something from the version before', async () => {
    const folders = ['src/persistence/migrations'];
    for (const feature of await readdir(join(ROOT, 'service/src'), { withFileTypes: true }))
      if (feature.isDirectory()) folders.push(`service/src/${feature.name}/migrations`);
    const contracting = [];
    for (const folder of folders)
      for (const name of await readdir(join(ROOT, folder)).catch(() => [])) {
        const text = await readFile(join(ROOT, folder, name), 'utf8');
        const [, up = ''] = /async up\(([^]*?)\n {2}async down\(/.exec(text) ?? [];
        const [, migration] = /export class (\w+) implements MigrationInterface/.exec(text) ?? [];
        // A column that a trigger fills asks nothing of the version before.
        const isFilled = /CREATE TRIGGER "\w+" BEFORE INSERT/.test(up);
        const changes = up.replaceAll(isFilled ? /(DROP|SET) NOT NULL/g : /DROP NOT NULL/g, '');
        if (CONTRACTS.test(changes)) contracting.push(migration);
      }
    const named = [...(await page('upgrade.md')).matchAll(/^\| `(\w+\d{13})`/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(contracting.toSorted());
    expect(named).toHaveLength(3);
  });

  it('shows commands that there are', async () => {
    const shown = (await snippets('upgrade.md', 'sh')).map((line) => line.trim());
    for (const line of shown) expect(commandNames()).toContain(line.replace('nestjs-mcp-auth-service ', ''));
  });

  describe.skipIf(!postgresUrl)('with a database of before', () => {
    let database: Awaited<ReturnType<typeof newDatabase>>;
    let environment: NodeJS.ProcessEnv;

    beforeAll(async () => {
      database = await newDatabase();
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      await client.query(await readFile(DUMP, 'utf8'));
      await client.end();
      environment = { ...OF_BEFORE, DATABASE_URL: database.url };
    });
    afterAll(() => database.drop());

    it('ends a start in one sentence that may not change the schema, migrates by command, and starts then', async () => {
      const port = await freePort();
      const careful = { ...environment, MCP_AUTH_MIGRATE: 'off' };
      await expect(startProcess(port, careful)).rejects.toThrow(
        /The database lacks \d+ migrations, from \w+ on: run the command `migrate` as the role that owns the schema\.\n$/,
      );
      const looked = await runCommand(environment, ['doctor']);
      expect(looked.code).toBe(1);
      expect(looked.output).toMatch(/^!! {2}Database: The database lacks \d+ migrations/m);

      const [migrate = '', doctor = ''] = await snippets('upgrade.md', 'sh');
      const words = (line: string) => line.trim().split(' ').slice(1);
      const done = await runCommand(environment, words(migrate));
      expect([done.code, done.errors]).toEqual([0, '']);
      expect(done.output).toMatch(/^(\w+\d{13} is done\.\n)+The schema is that of this version\.\n$/);
      expect((await runCommand(environment, words(migrate))).output).toBe(
        'The schema is that of this version.\n',
      );

      const service = await startProcess(port, careful);
      expect((await fetch(`${service.origin}/health/ready`)).status).toBe(200);
      const well = await runCommand({ ...environment, PORT: String(port) }, words(doctor));
      expect([well.code, well.errors]).toEqual([0, '']);
      for (const line of [
        'ok  Configuration: ',
        'ok  Database: PostgreSQL ',
        'ok  Clock: ',
        'ok  Secret: opens',
      ])
        expect(well.output).toContain(line);
      service.child.kill('SIGTERM');
      await service.ended;
    });
  });
});
