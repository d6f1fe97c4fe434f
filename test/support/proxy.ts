import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** The database's URL through the proxy. */
  url: string;
  /** Connections that are open now. */
  connections(): number;
  /** Cuts every connection and takes no new one. */
  cut(): void;
  /** Keeps every connection, and lets nothing through any more; new ones work. */
  stall(): void;
  /** The same, and new ones are taken and hang too. */
  hang(): void;
  /** Holds everything back for this many milliseconds, in each direction. */
  delay(milliseconds: number): void;
  restore(): void;
  close(): void;
}

/** A way to a database that can be cut, can hang, and can be slow. */
export async function proxyTo(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let mode: 'open' | 'cut' | 'hang' = 'open';
  let latency = 0;
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      if (latency > 0) setTimeout(() => to.write(chunk), latency);
      else to.write(chunk);
    });
    from.on('end', () => setTimeout(() => to.end(), latency));
    // A socket that is paused sees no end: whoever destroys one side is done with the other.
    from.on('close', () => setTimeout(() => to.destroy(), latency));
  };
  const server = createServer((socket) => {
    if (mode === 'cut') return socket.destroy();
    const upstream = connect(Number(port || 5432), hostname);
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on('error', () => undefined).on('close', () => sockets.delete(each));
    }
    forward(socket, upstream);
    forward(upstream, socket);
    if (mode === 'hang') for (const each of [socket, upstream]) each.pause();
    return undefined;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  target.hostname = '127.0.0.1';
  target.port = String((server.address() as AddressInfo).port);
  const stall = () => {
    for (const socket of sockets) socket.pause();
  };
  return {
    url: target.href,
    connections: () => sockets.size / 2,
    cut: () => {
      mode = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    stall,
    hang: () => {
      mode = 'hang';
      stall();
    },
    delay: (milliseconds) => {
      latency = milliseconds;
    },
    restore: () => {
      mode = 'open';
      latency = 0;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
