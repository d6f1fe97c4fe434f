import type { NextFunction, Request, Response } from 'express';
import type { Socket } from 'node:net';

/** What is being answered, and over which connections, so that the service can end without cutting anything off. */
export class RequestsInFlight {
  private readonly responses = new Set<Response>();
  /** Those that have carried a request: whoever opened them may send another at any moment. */
  private readonly connections = new Set<Socket>();
  private readonly waiting = new Set<() => void>();
  private ending = false;

  /** Middleware. */
  readonly track = ({ socket }: Request, response: Response, next: NextFunction): void => {
    this.responses.add(response);
    if (this.ending) endConnection(response);
    if (!this.connections.has(socket)) {
      this.connections.add(socket);
      socket.once('close', () => {
        this.connections.delete(socket);
        this.look();
      });
    }
    response.once('close', () => {
      this.responses.delete(response);
      this.look();
    });
    next();
  };

  get isEnding(): boolean {
    return this.ending;
  }

  get count(): number {
    return this.responses.size;
  }

  /** From now on every answer ends its connection. */
  end(): void {
    this.ending = true;
    for (const response of this.responses) endConnection(response);
  }

  /** Resolves when nothing is in flight, or after `patience` milliseconds. */
  idle(patience: number): Promise<void> {
    return this.until(() => this.responses.size === 0, patience);
  }

  /** Resolves when nobody keeps a connection for another request, or after `patience` milliseconds. */
  left(patience: number): Promise<void> {
    return this.until(() => this.connections.size === 0, patience);
  }

  private async until(isSo: () => boolean, patience: number): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (isSo()) done();
      };
      const timer = setTimeout(done, patience);
      this.waiting.add(look);
    });
  }

  private look(): void {
    for (const look of this.waiting) look();
  }
}

function endConnection(response: Response): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
