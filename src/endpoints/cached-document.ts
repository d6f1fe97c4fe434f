import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import type { ReadyDocument } from '../mount/ready-documents.js';

/** A JSON document that is written once and answered many times. */
export class CachedDocument implements ReadyDocument {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;

  /** @param maxAge seconds for which anybody may keep it. */
  constructor(content: unknown, maxAge: number) {
    this.body = JSON.stringify(content);
    this.headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': `public, max-age=${maxAge}`,
      ETag: `"${createHash('sha256').update(this.body).digest('base64url').slice(0, 22)}"`,
    };
  }

  send(request: Request, response: Response): void {
    response.set(this.headers);
    if (request.fresh) response.status(304).end();
    else response.send(this.body);
  }
}
