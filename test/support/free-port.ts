import { createServer } from 'node:net';

/** Each worker has ports of its own, below those that the system gives to connections. */
const WORKERS = 4;
const WORKER = (Number(process.env['VITEST_POOL_ID'] ?? 1) - 1) % WORKERS;
const PORTS = 5_000;
const FIRST = 11_000 + WORKER * PORTS;
/** Two runs at once begin in different places. */
let tried = (process.pid * 97) % PORTS;

/** A port that nobody listens on, and that this process has not had before. */
export async function freePort(): Promise<number> {
  for (;;) {
    tried += 1;
    const port = FIRST + (tried % PORTS);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
