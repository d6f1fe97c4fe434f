import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode } from './error-code.js';

/** Held by this process: a container's process has the same id after every restart, so the file alone cannot tell. */
const held = new Set<string>();

/**
 * Takes `dataDir` for this process alone; the answer gives it back.
 * @throws Error with a sentence that says what to change, when another process holds it or it cannot be written.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new Error(`The data directory ${dataDir} cannot be made: choose another one.`, { cause: error });
  });
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
      if (errorCode(error) !== 'EEXIST')
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

/**
 * Makes a folder whole or not at all, whatever happens while it is filled.
 * @returns whether it is new: one that is there already stays as it is.
 */
export async function makeFolder(folder: string, fill: (folder: string) => Promise<void>): Promise<boolean> {
  if (await exists(folder)) return false;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await fill(unfinished);
    await rename(unfinished, folder);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
