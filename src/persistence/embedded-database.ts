import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';

/** PostgreSQL in this process, on a folder of its own. */
export interface EmbeddedDatabase {
  /** What TypeORM's postgres driver needs to reach it. */
  readonly connection: { poolSize: number; extra: object };
  close(): Promise<void>;
}

/** Enough for a service of this kind, and far less than PostgreSQL's own default. */
const SHARED_BUFFERS = ['-c', 'shared_buffers=16MB'];

/**
 * Opens the embedded database in `dataDir`, which belongs to one process at a time: two would lose rows silently.
 * @throws Error with a sentence that says what to change, when another process holds it or it cannot be written.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new Error(`The data directory ${dataDir} cannot be made: choose another one.`, { cause: error });
  });
  const release = await lock(dataDir);
  try {
    const [{ PGlite }, { createPgConfig }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite/node-postgres'),
    ]);
    const database: PGlite = await PGlite.create(join(dataDir, 'postgres'), {
      startParams: [...PGlite.defaultStartParams, ...SHARED_BUFFERS],
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

/** Held by this process: a container's process has the same id after every restart, so the file alone cannot tell. */
const held = new Set<string>();

async function lock(dataDir: string): Promise<() => Promise<void>> {
  const path = resolve(dataDir, 'process.pid');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (!isFileError(error, 'EEXIST'))
        throw new Error(`The data directory ${dataDir} cannot be written: choose another one.`, {
          cause: error,
        });
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (owner === process.pid ? held.has(path) : isAlive(owner))
        throw new Error(
          `The data directory ${dataDir} is in use by process ${owner}: stop it, or choose another directory.`,
          { cause: error },
        );
      await rm(path, { force: true });
    }
  }
  throw new Error(`The data directory ${dataDir} is being opened by another process: choose another one.`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isFileError(error, 'EPERM');
  }
}

function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
