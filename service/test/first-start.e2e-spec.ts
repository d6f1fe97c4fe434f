import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBrotliDecompress } from 'node:zlib';
import { createReadStream } from 'node:fs';
import { openStorage } from 'nestjs-mcp-auth/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackTemplate } from '../src/operations/database-template.js';
import { SERVICE_DATABASE } from '../src/schema.js';
import { freePort } from '../../test/support/free-port.js';
import { startProcess } from './support/service-process.js';

const TEMPLATE = join(import.meta.dirname, '../template');

describe('the template of the embedded database', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-first-start-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (dataDir: string, template: (folder: string) => Promise<void> = SERVICE_DATABASE.template) =>
    openStorage({ database: { dataDir, ...SERVICE_DATABASE, template } });

  it('has the schema of this version, so that the first start migrates nothing', async () => {
    const { dataSource } = await open(folder);
    expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    const migrations = await dataSource.query<{ name: string }[]>('SELECT name FROM mcp_auth.migrations');
    expect(migrations).toHaveLength(dataSource.migrations.length);
    const [{ time } = {}] = await dataSource.query<{ time: Date }[]>(
      `SELECT (pg_stat_file('PG_VERSION')).modification AS time`,
    );
    expect(time?.getTime()).toBe(0);
    await dataSource.destroy();
  });

  it('holds no row of anybody and no number that was drawn', async () => {
    const { dataSource } = await open(folder);
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'mcp_auth' AND tablename <> 'migrations'`,
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      const rows = await dataSource.query<unknown[]>(`SELECT * FROM mcp_auth."${name}"`);
      expect([name, rows]).toEqual([name, []]);
    }
    const sequences = await dataSource.query<{ last: string | null }[]>(
      `SELECT last_value AS last FROM pg_sequences WHERE sequencename <> 'migrations_id_seq'`,
    );
    expect(sequences.every(({ last }) => last === null)).toBe(true);
    await dataSource.destroy();
  });

  it.runIf(process.platform === 'linux')('keeps a first start below 300 MB', async () => {
    const service = await startProcess(await freePort(), { MCP_AUTH_DATA_DIR: folder });
    const status = await readFile(`/proc/${service.child.pid}/status`, 'utf8');
    service.child.kill();
    await service.ended;
    const kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
    expect(kilobytes / 1_024).toBeLessThan(300);
  });

  it('gives two installations secrets of their own', async () => {
    const secrets = [];
    for (const name of ['first', 'second']) {
      const { dataSource } = await open(join(folder, name));
      await dataSource.destroy();
      secrets.push(await readFile(join(folder, name, 'secret'), 'utf8'));
    }
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it('tells nothing of the machine that made it', async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(join(TEMPLATE, 'database.tar.br')).pipe(
      createBrotliDecompress(),
    ))
      chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('latin1');
    const found = (word: string) => text.includes(word);
    expect(['mcp-auth-template', process.cwd(), 'postmaster.pid'].filter(found)).toEqual([]);
    expect(found('signingKey')).toBe(true);
  });

  it('can be read by its owner alone once it is unpacked', async () => {
    await unpackTemplate(folder);
    for (const name of await readdir(folder, { recursive: true }))
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  });

  it.each<[string, (template: string) => Promise<void>]>([
    ['is cut', (template) => truncate(join(template, 'database.tar.br'), 100_000)],
    ['is empty', (template) => truncate(join(template, 'database.tar.br'))],
    ['has a byte changed', (template) => changeByte(join(template, 'database.tar.br'))],
    ['is not there', (template) => rm(join(template, 'database.tar.br'))],
    ['has no digest', (template) => rm(join(template, 'database.json'))],
    ['has a digest that is cut', (template) => truncate(join(template, 'database.json'), 20)],
    ['has null for a digest', (template) => writeFile(join(template, 'database.json'), 'null')],
    ['is gone with its folder', (template) => rm(template, { recursive: true })],
  ])('stops the start in one sentence when it %s, and leaves nothing half done', async (_name, damage) => {
    const [template, dataDir] = [join(folder, 'template'), join(folder, 'data')];
    await mkdir(template);
    await cp(TEMPLATE, template, { recursive: true });
    await damage(template);
    await expect(open(dataDir, (target) => unpackTemplate(target, template))).rejects.toThrow(
      new Error(
        `The template of the embedded database in ${template} is not whole: install or build the service again.`,
      ),
    );
    expect(await readdir(dataDir)).toEqual([]);
    const { dataSource } = await open(dataDir);
    await dataSource.destroy();
  });
});

async function changeByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
