import { Injectable } from '@nestjs/common';
import { Secrets } from './secrets.js';

/** Seals what a host hands out and wants back unread and unchanged, such as a cookie, under `MCP_AUTH_SECRET`. */
@Injectable()
export class McpSecrets {
  constructor(private readonly secrets: Secrets) {}

  /**
   * AES-256-GCM in base64url, under a key of its own for each `purpose`. `context` says what the text belongs to: it is
   * not in the result, and opening asks for the same.
   */
  seal(purpose: string, context: string, text: string): string {
    return this.secrets.seal(hosts(purpose), context, Buffer.from(text)).toString('base64url');
  }

  /** What was sealed for this purpose and context; null for anything else. */
  open(purpose: string, context: string, sealed: string): string | null {
    return this.secrets.open(hosts(purpose), context, Buffer.from(sealed, 'base64url'))?.toString() ?? null;
  }

  /** The same under the first of several secrets; null when that one sealed it already, or none did. */
  reseal(purpose: string, context: string, sealed: string): string | null {
    const resealed = this.secrets.reseal(hosts(purpose), context, Buffer.from(sealed, 'base64url'));
    return resealed?.toString('base64url') ?? null;
  }
}

/** Keeps a host's purposes apart from the library's own. */
function hosts(purpose: string): string {
  return `host/${purpose}`;
}
