import type { NextFunction, Request, Response } from 'express';

/** The requests that are being answered, so that the service can end without cutting one off. */
export class RequestsInFlight {
  private readonly responses = new Set<Response>();
  private readonly waiting = new Set<() => void>();
  private ending = false;

  /** Middleware. */
  readonly track = (_request: Request, response: Response, next: NextFunction): void => {
    this.responses.add(response);
    if (this.ending) endConnection(response);
    response.once('close', () => {
      this.responses.delete(response);
      if (this.responses.size === 0) for (const resolve of this.waiting) resolve();
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
  async idle(patience: number): Promise<void> {
    if (this.responses.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function endConnection(response: Response): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
