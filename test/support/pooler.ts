import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile, chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { freePort } from './free-port.js';
import { eventually } from './eventually.js';

export interface Pooler {
  /** The database's URL through the pooler. */
  url: string;
  stop(): Promise<void>;
}

/** PgBouncer in transaction mode, where a session may change with every transaction; null where there is none. */
export async function startPooler(databaseUrl: string): Promise<Pooler | null> {
  if (spawnSync('pgbouncer', ['--version']).status !== 0) {
    if (process.env['CI']) throw new Error('PgBouncer is not installed: apt-get install pgbouncer.');
    console.warn('\n*** SKIPPED: pgbouncer is not installed; its tests do not run. ***\n');
    return null;
  }
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const listenPort = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${username}" "${password}"\n`);
  const configuration = join(folder, 'pgbouncer.ini');
  await writeFile(
    configuration,
    `[databases]
* = host=${hostname} port=${port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
auth_type = trust
auth_file = ${users}
unix_socket_dir =
pool_mode = transaction
server_round_robin = 1
default_pool_size = 5
`,
  );
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [folder, users, configuration]) await chown(path, 65_534, 65_534);
  const child = spawn('pgbouncer', ['-q', ...(isRoot ? ['-u', 'nobody'] : []), configuration], {
    stdio: 'ignore',
  });
  await eventually(() => reachable(listenPort));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(listenPort);
  url.pathname = pathname;
  return {
    url: url.href,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
