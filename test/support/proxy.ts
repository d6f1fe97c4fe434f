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
  /**
   * Waits until the application has said these texts, one after the other on one connection. The last of them never
   * arrives, or its answer does not, and then something happens.
   */
  lose(what: 'question' | 'answer', texts: readonly string[], then: () => void): Promise<void>;
  close(): void;
}

/** A way to a database that can be cut, can hang, and can be slow. */
export async function proxyTo(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let mode: 'open' | 'cut' | 'hang' = 'open';
  let latency = 0;
  let trap: Trap | null = null;
  const forward = (from: Socket, to: Socket, isAnswer: boolean) => {
    from.on('data', (chunk) => {
      if (trap?.holds(chunk, isAnswer ? to : from, isAnswer)) {
        const { spring } = trap;
        trap = null;
        spring();
      } else if (latency > 0) setTimeout(() => to.write(chunk), latency);
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
    forward(socket, upstream, false);
    forward(upstream, socket, true);
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
    lose: (what, texts, then) =>
      new Promise((resolve) => {
        trap = new Trap(what, texts, () => {
          then();
          resolve();
        });
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Waits for a moment of one connection. */
class Trap {
  private readonly heard = new Map<Socket, number>();

  constructor(
    private readonly what: 'question' | 'answer',
    private readonly texts: readonly string[],
    readonly spring: () => void,
  ) {}

  /** @param socket the application's side. */
  holds(chunk: Buffer, socket: Socket, isAnswer: boolean): boolean {
    const heard = this.heard.get(socket) ?? 0;
    const text = this.texts[heard];
    if (isAnswer || text === undefined) return isAnswer && text === undefined;
    if (!chunk.includes(text)) return false;
    this.heard.set(socket, heard + 1);
    return this.what === 'question' && heard + 1 === this.texts.length;
  }
}
