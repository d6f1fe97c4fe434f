import type { McpSession } from './mcp-session.js';

/** What the options say of requests that the guard lets in. */
export abstract class GuardSettings {
  /** What `request.user` becomes; undefined leaves it alone. */
  abstract readonly requestUser: ((session: McpSession) => unknown) | undefined;
}
