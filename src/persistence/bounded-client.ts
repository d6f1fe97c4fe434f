import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { loadPg } from './optional-peers.js';

/** Milliseconds to get a connection, from the pool or from the network. */
export const CONNECT_DEADLINE = 5_000;
/** Milliseconds until the server gives up: waiting for a lock, on a statement, and on a transaction that says nothing. */
const SERVER_LIMITS = {
  lock_timeout: 5_000,
  statement_timeout: 9_000,
  idle_in_transaction_session_timeout: 15_000,
};
/** Milliseconds in which a statement has its answer: a little more, so that the server's own comes first. */
const PATIENCE = 9_500;
/** The same once a connection has hung: who has waited so long already must not wait as long again. */
const IMPATIENCE = 2_000;

const logger = new Logger('Database');

/** A connection did not answer in time, and is gone. */
export class DatabaseTimeoutError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database did not answer in time.');
  }
}

/** A connection on which every wait ends. */
export interface BoundedClient extends pg.Client {
  /** For migrations, which take the time they need. */
  unbounded?: boolean;
  /** Whether a pooler stands before the server: the next transaction has another session, without what was prepared. */
  pooled?: boolean;
}

/** The process id that the server, or a pooler in its place, gave at the beginning. */
const processId = (client: pg.ClientBase) => (client as pg.ClientBase & { processID: number }).processID;

const destroy = (client: pg.ClientBase, error?: Error) =>
  (client as pg.ClientBase & { connection: { stream: Socket } }).connection.stream.destroy(error);

/**
 * A class of clients for one pool. A statement without an answer destroys its socket, and those that have said nothing
 * since: whoever waits gets an error, and the pool fresh connections. It costs a timer, and no message. A statement's
 * own `patience`, in milliseconds, may be shorter.
 */
export function boundedClient(): new (config?: pg.ClientConfig) => BoundedClient {
  const { Client, DatabaseError } = loadPg();
  let patience = PATIENCE;
  const silent = new Map<BoundedClient, number>();
  const giveUp = (client: BoundedClient, askedAt: number) => {
    patience = IMPATIENCE;
    destroy(client, new DatabaseTimeoutError());
    for (const [other, heardAt] of silent) if (heardAt < askedAt) destroy(other, new DatabaseTimeoutError());
  };
  return class extends Client implements BoundedClient {
    unbounded = false;
    pooled = false;

    constructor(config?: pg.ClientConfig) {
      super(config);
      this.once('end', () => silent.delete(this));
      const send = this.query.bind(this) as (...given: unknown[]) => unknown;
      const query = (...given: unknown[]) => {
        if (this.pooled) given[0] = unnamed(given[0]);
        if (this.unbounded) return send(...given);
        const askedAt = performance.now();
        const limit = Math.min(patience, patienceOf(given[0]));
        const timer = setTimeout(() => giveUp(this, askedAt), limit);
        silent.delete(this);
        const done = (error?: unknown) => {
          clearTimeout(timer);
          if (error && !(error instanceof DatabaseError)) return;
          patience = PATIENCE;
          silent.set(this, performance.now());
        };
        return watched(send, given, done);
      };
      this.query = query as typeof this.query;
    }
  };
}

function patienceOf(statement: unknown): number {
  const { patience } = Object(statement) as { patience?: unknown };
  return typeof patience === 'number' ? patience : PATIENCE;
}

/** A statement that is prepared under no name, and so for this once. */
function unnamed(statement: unknown): unknown {
  const isNamed = typeof statement === 'object' && statement !== null && 'name' in statement;
  if (!isNamed || !('text' in statement)) return statement;
  // What is sent as it is, is sent once.
  if ('submit' in statement) return Object.assign(statement, { name: undefined });
  return { ...statement, name: undefined };
}

/** Calls with a callback or for a promise, and says when the answer is there. */
function watched(
  send: (...given: unknown[]) => unknown,
  given: unknown[],
  done: (error?: unknown) => void,
): unknown {
  const callback = given.at(-1);
  if (typeof callback === 'function')
    return send(...given.slice(0, -1), (error: unknown, ...rest: unknown[]) => {
      done(error);
      Reflect.apply(callback, undefined, [error, ...rest]);
    });
  const answer = send(...given);
  // What is no promise streams, and takes the time that its reader takes.
  if (answer instanceof Promise) void watchPromise(answer, done);
  else done();
  return answer;
}

async function watchPromise(answer: Promise<unknown>, done: (error?: unknown) => void): Promise<void> {
  try {
    await answer;
    done();
  } catch (error) {
    done(error);
  }
}

/** Whether the connection is the server's own, and not a pooler's that gives it another session for each transaction. */
export async function isDirect(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ direct: boolean }>('SELECT pg_backend_pid() = $1 AS "direct"', [
    processId(client),
  ]);
  return rows[0]?.direct ?? false;
}

let warned = false;

/**
 * Tells a new session how long the server may wait. Behind a pooler what is set for a session would stay with somebody
 * else's: there the role has to say it, nothing is set, and no statement is prepared by name.
 */
export async function limitSession(client: pg.ClientBase & Pick<BoundedClient, 'pooled'>): Promise<void> {
  const timer = setTimeout(() => destroy(client, new DatabaseTimeoutError()), CONNECT_DEADLINE);
  const settings = Object.entries(SERVER_LIMITS);
  const set = settings.map(([name, limit]) => `set_config('${name}', '${limit}', false)`);
  try {
    const { rows } = await client.query<{ direct: boolean; limited: boolean; role: string }>(
      `SELECT CASE WHEN pg_backend_pid() = $1 THEN ${set.join(' || ')} IS NOT NULL END IS TRUE AS "direct",
        current_setting('statement_timeout') <> '0' AS "limited", current_user AS "role"`,
      [processId(client)],
    );
    const [session] = rows;
    client.pooled = session !== undefined && !session.direct;
    if (!session || session.direct || session.limited || warned) return;
    warned = true;
    const statements = settings.map(
      ([name, limit]) => `ALTER ROLE "${session.role}" SET ${name} = '${limit}ms';`,
    );
    logger.warn(
      `The database is reached through a pooler, where limits belong to the role. Set them: ${statements.join(' ')}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Ends a connection, and does not wait for one that hangs. */
export async function endClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => destroy(client), IMPATIENCE);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}
