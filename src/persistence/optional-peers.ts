import { createRequire } from 'node:module';
import { errorCode, errorMessage } from './error-code.js';

const require = createRequire(import.meta.url);

/** Without a wait, since a DataSource's options are made without one. @throws Error with a sentence when there is none. */
export function loadPg(): typeof import('pg') {
  try {
    return require('pg') as typeof import('pg');
  } catch (error) {
    throw asMissing(error, 'pg', 'Every database is reached through');
  }
}

/** PostgreSQL in this process. @throws Error with a sentence when there is none. */
export async function loadPGlite() {
  try {
    const [{ PGlite }, { createPgConfig }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite/node-postgres'),
    ]);
    return { PGlite, createPgConfig };
  } catch (error) {
    throw asMissing(error, '@electric-sql/pglite', 'The embedded database is');
  }
}

const NOT_FOUND = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'];

function asMissing(error: unknown, name: string, use: string): unknown {
  if (!NOT_FOUND.includes(errorCode(error))) return error;
  // Something else that it needs itself is not ours to explain.
  if (!errorMessage(error).includes(`'${name}'`)) return error;
  return new Error(`${use} ${name}, which is not installed: run \`npm install ${name}\`.`, { cause: error });
}
