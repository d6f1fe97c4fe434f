import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse, serialize } from 'cookie';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { deriveKey } from '../tokens/sealing.js';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Ties interactions to the browser that began them: one random cookie, which any number of tabs share. */
@Injectable()
export class BrowserBinding {
  private readonly name: string;
  private readonly path: string;

  constructor(private readonly settings: McpAuthSettings) {
    const { secure, basePath, loginPage } = settings;
    // The sign-in page must see it, wherever the host has it.
    this.path = basePath !== '' && isBelow(loginPage, basePath) ? basePath : '/';
    // RFC 6265bis §4.1.3: the prefixes keep plain http, and the first one other hosts, from setting it.
    const prefix = this.path === '/' ? '__Host-' : '__Secure-';
    this.name = `${secure ? prefix : ''}mcp_auth_interaction`;
  }

  /** What the browser's interactions are stored under; null for a browser without the cookie. */
  read(request: Pick<IncomingMessage, 'headers'>): string | null {
    const token = this.token(request);
    return token === null ? null : digest(token);
  }

  /** The same, after giving the browser the cookie or prolonging it. */
  establish(request: IncomingMessage, response: ServerResponse): string {
    const token = this.token(request) ?? newOpaqueToken();
    const cookie = serialize(this.name, token, {
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.secure,
      path: this.path,
      maxAge: this.settings.lifetimes.interaction,
    });
    response.appendHeader('Set-Cookie', cookie);
    return digest(token);
  }

  /** A key that this browser's cookie alone yields; null for a browser without the cookie. */
  key(request: IncomingMessage, purpose: string): Buffer | null {
    const token = this.token(request);
    return token === null ? null : deriveKey(Buffer.from(token), purpose);
  }

  private token({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
    const token = parse(headers.cookie ?? '')[this.name];
    return token !== undefined && TOKEN.test(token) ? token : null;
  }
}

function isBelow(loginPage: string, basePath: string): boolean {
  return new URL(loginPage, 'https://host').pathname.startsWith(`${basePath}/`);
}
