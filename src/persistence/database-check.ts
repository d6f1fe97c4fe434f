import type { DataSource } from 'typeorm';
import type { SealedSigningKey } from './signing-key.store.js';

/** A signing key as a schema of any version has it. */
export interface OwnedKey extends SealedSigningKey {
  expiresAt?: Date | null;
  sealFormat?: number;
}

/** Whose a database is, and what time it is there. */
export interface DatabaseOwner {
  /** Null as long as it is nobody's, or of a version that did not say. */
  issuer: string | null;
  keys: readonly OwnedKey[];
  /** What the database's clock said, in milliseconds since the epoch, to a question between two of the process's times. */
  time: { said: number; askedAt: number; answeredAt: number };
}

/** Looks at whose a database is before anything of it is changed. */
export abstract class DatabaseCheck {
  /** @throws Error with one sentence where it is not this service's. */
  abstract check(owner: DatabaseOwner): void;
}

/** Reads whose it is from a schema of any version, or from none; changes nothing. */
export async function readOwner(dataSource: DataSource, schema: string): Promise<DatabaseOwner> {
  /** All columns that there are. */
  const rows = async <Row>(name: string): Promise<Row[]> => {
    const table = `"${schema}"."${name}"`;
    const [found] = await dataSource.query<{ exists: boolean }[]>(
      'SELECT to_regclass($1) IS NOT NULL AS "exists"',
      [table],
    );
    return found?.exists ? dataSource.query<Row[]>(`SELECT * FROM ${table}`) : [];
  };
  const askedAt = performance.now();
  const [clock] = await dataSource.query<{ said: number }[]>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS "said"',
  );
  const time = { said: clock?.said ?? 0, askedAt, answeredAt: performance.now() };
  const [owner] = await rows<{ issuer: string }>('authorizationServer');
  return { issuer: owner?.issuer ?? null, keys: await rows<OwnedKey>('signingKey'), time };
}
