import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpSecrets } from 'nestjs-mcp-auth';
import { PublicAddress } from '../config/public-address.js';
import { ServiceCookie } from './cookies.js';
import { href } from './href.js';

const PURPOSE = 'status-line';
/** Seconds that a browser may take to follow a redirect. */
const LIFETIME = 60;
/** Characters: a cookie holds 4,096 bytes. */
const LONGEST = 500;

/**
 * Says on the next page what a form has done: `statusLine.goOn(response, '/admin/people', 'The account is disabled.')`.
 * The sentence travels in a sealed cookie, so that nobody else can put words on a page of ours.
 */
@Injectable()
export class StatusLine {
  private readonly cookie: ServiceCookie;

  constructor(
    private readonly secrets: McpSecrets,
    address: PublicAddress,
  ) {
    this.cookie = new ServiceCookie('mcp_auth_done', address);
  }

  /** Redirects to a page of ours. @param sentence says in one line what has changed; names of strangers may be in it. */
  goOn(response: ServerResponse, path: string, sentence: string): void {
    this.cookie.write(response, this.secrets.seal(PURPOSE, '', sentence.slice(0, LONGEST)), LIFETIME);
    response.writeHead(303, { location: href(path) }).end();
  }

  /** What was said of the request before, this once; null for nothing. */
  take(request: IncomingMessage, response: ServerResponse): string | null {
    const sealed = this.cookie.read(request);
    if (sealed === undefined) return null;
    this.cookie.write(response, '', 0);
    return this.secrets.open(PURPOSE, '', sealed);
  }
}
