import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { newOpaqueToken } from '../oauth/opaque-token.js';

/** What a client reaches its registration with (RFC 7592 §3). */
@Injectable()
export class RegistrationAccess {
  constructor(private readonly settings: McpAuthSettings) {}

  /** A new registration access token, with where it is good; undefined where clients do not manage their registrations. */
  issue(clientId: string): { accessToken: string; uri: string } | undefined {
    if (!this.settings.registration.management) return undefined;
    return this.with(clientId, newOpaqueToken());
  }

  /** The same with the token that was presented, of which nothing readable is stored. */
  with(clientId: string, accessToken: string): { accessToken: string; uri: string } {
    return { accessToken, uri: `${this.settings.issuer}/register/${encodeURIComponent(clientId)}` };
  }
}
