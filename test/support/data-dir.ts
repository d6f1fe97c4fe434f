import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const { devDependencies } = JSON.parse(
  await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { devDependencies: Record<string, string> };
/** The folder of an embedded database that has never been used: `initdb` takes seconds, so one is kept. */
const UNUSED = join(tmpdir(), `mcp-auth-unused-database-${devDependencies['@electric-sql/pglite']}`);

/** A data folder of its own, with an embedded database that has never been used. */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-'));
  await fillDataDir(dataDir);
  return dataDir;
}

/** Puts an embedded database that has never been used into a data folder. */
export async function fillDataDir(dataDir: string): Promise<void> {
  await stat(UNUSED).catch(makeUnused);
  await mkdir(dataDir, { recursive: true });
  await cp(UNUSED, join(dataDir, 'postgres'), { recursive: true });
}

async function makeUnused(): Promise<void> {
  const made = await mkdtemp(`${UNUSED}-`);
  await (await PGlite.create(made)).close();
  // Another worker may have been quicker.
  await rename(made, UNUSED).catch(() => rm(made, { recursive: true }));
}
