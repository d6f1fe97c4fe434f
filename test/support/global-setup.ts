import pg from 'pg';
import { postgresUrl, withoutWaiting } from './postgres.js';

/** Once, before all tests. */
export default async function setup(): Promise<void> {
  if (!postgresUrl) return;
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(withoutWaiting(client.database ?? 'test'));
  } finally {
    await client.end();
  }
}
