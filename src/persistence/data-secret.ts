import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.js';

/**
 * The secret of an embedded database, beside it: made at first use, readable by its owner alone.
 * @throws Error with a sentence that says what to change when the directory cannot be written.
 */
export function dataSecret(dataDir: string): string {
  const path = join(dataDir, 'secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return create(path) ?? readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Error(`The data directory ${dataDir} cannot be written: choose another one.`, { cause: error });
  }
}

/** Null when there is one already. */
function create(path: string): string | null {
  const secret = randomBytes(32).toString('base64');
  try {
    writeFileSync(path, secret, { flag: 'wx', mode: 0o600 });
    return secret;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return null;
    throw error;
  }
}
