import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** The database's URL through the proxy. */
  url: string;
  /** Cuts every connection and takes no new one. */
  cut(): void;
  /** Keeps every connection, and lets nothing through any more. */
  stall(): void;
  restore(): void;
  close(): void;
}

/** A way to a database that can be cut. */
export async function proxyTo(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let away = false;
  const server = createServer((socket) => {
    if (away) return socket.destroy();
    const upstream = connect(Number(port || 5432), hostname);
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on('error', () => undefined).on('close', () => sockets.delete(each));
    }
    return socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  target.hostname = '127.0.0.1';
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.href,
    cut: () => {
      away = true;
      for (const socket of sockets) socket.destroy();
    },
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    restore: () => {
      away = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => server.close(),
  };
}
