import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { lockDataFolder, makeFolder } from './data-folder.js';
import { loadPGlite } from './optional-peers.js';

/** PostgreSQL in this process, on a folder of its own. */
export interface EmbeddedDatabase {
  /** What TypeORM's postgres driver needs to reach it. */
  readonly connection: { poolSize: number; extra: object };
  close(): Promise<void>;
}

/** Fills a new, empty folder with what an embedded database begins with. */
export type DatabaseTemplate = (folder: string) => Promise<void>;

/** Enough for a service of this kind, and far less than PostgreSQL's own default. */
const SHARED_BUFFERS = ['-c', 'shared_buffers=16MB'];

const BAD_TEMPLATE =
  'The template of the embedded database is not whole, or of another version of PGlite: make it again.';
const cannotOpen = (folder: string) =>
  `The embedded database in ${folder} cannot be opened: restore the folder from a backup, or move it away to begin with an empty one.`;

/**
 * Opens the embedded database in `dataDir`, which belongs to one process at a time: two would lose rows silently.
 * @throws Error with a sentence that says what to change, when another process holds it or it cannot be used.
 */
export async function openEmbeddedDatabase(
  dataDir: string,
  template: DatabaseTemplate = initialize,
): Promise<EmbeddedDatabase> {
  // Before anything is written.
  const { createPgConfig } = await loadPGlite();
  const release = await lockDataFolder(dataDir);
  try {
    const folder = join(dataDir, 'postgres');
    const isNew = await makeFolder(folder, template);
    const database = await openFolder(folder).catch(async (error: unknown) => {
      if (isNew) await rm(folder, { recursive: true, force: true });
      throw new Error(isNew ? BAD_TEMPLATE : cannotOpen(folder), { cause: error });
    });
    return {
      connection: {
        poolSize: 1,
        extra: Object.assign(createPgConfig(database), {
          connectionTimeoutMillis: 5_000,
          idleTimeoutMillis: 0,
        }),
      },
      close: async () => {
        await database.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** PostgreSQL's own way: seconds, and 700 MB of memory. */
async function initialize(folder: string): Promise<void> {
  const { PGlite } = await loadPGlite();
  await (await PGlite.create(folder)).close();
}

async function openFolder(folder: string): Promise<PGlite> {
  const { PGlite } = await loadPGlite();
  // PGlite takes a folder without this file for a new one, whatever else is in it.
  await stat(join(folder, 'PG_VERSION'));
  return PGlite.create(folder, { startParams: [...PGlite.defaultStartParams, ...SHARED_BUFFERS] });
}
