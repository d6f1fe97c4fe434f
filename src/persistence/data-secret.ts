import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.js';

/** The secret of an embedded database, in a file beside it. */
export interface DataSecret {
  /** Base64. */
  readonly text: string;
  /**
   * Writes a new one down, readable by its owner alone: once it is certain that something will be sealed under it.
   * @throws Error with a sentence that says what to change.
   */
  keep(): void;
}

/**
 * The one that is there, or a new one.
 * @throws Error with a sentence that says what to change when the file cannot be read.
 */
export function dataSecret(dataDir: string): DataSecret {
  const path = join(dataDir, 'secret');
  try {
    return { text: readFileSync(path, 'utf8').trim(), keep: () => undefined };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw unusable(dataDir, error);
  }
  const text = randomBytes(32).toString('base64');
  let isKept = false;
  const keep = () => {
    if (isKept) return;
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
      isKept = true;
    } catch (error) {
      throw unusable(dataDir, error);
    }
  };
  return { text, keep };
}

function unusable(dataDir: string, cause: unknown): Error {
  return new Error(`The data directory ${dataDir} cannot be written: choose another one.`, { cause });
}
