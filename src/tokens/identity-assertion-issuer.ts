import { Injectable } from '@nestjs/common';
import type { McpAccount } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { standardClaims } from '../host/standard-claims.js';
import { newTokenId } from '../oauth/growing-id.js';
import type { LinkedServer } from '../oauth/linked-server.js';
import { formatScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import { signJwt } from './compact-signing.js';
import type { SignInFacts } from './id-token-verifier.js';
import { SigningKeys } from './signing-keys.js';

/** Seconds: it is presented at once. */
const LIFETIME = 300;
const TYPE = 'oauth-id-jag+jwt';

/** What is said of whom to which server. */
export interface IdentityStatement {
  /** `grant_type` of the request. */
  grantType: string;
  account: McpAccount;
  signIn: SignInFacts;
  server: LinkedServer;
  /** Identifier, as the server has it. */
  resource: string;
  scopes: readonly string[];
  /** Of the key that whoever presents it must prove to hold; null for none. */
  keyThumbprint: string | null;
}

/** Signs assertions about people for other servers (draft-ietf-oauth-identity-assertion-authz-grant §3). */
@Injectable()
export class IdentityAssertionIssuer {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** The answer of the token endpoint (RFC 8693 §2.2.1): nothing of it is kept here. */
  async issue(statement: IdentityStatement): Promise<TokenResponse> {
    const { account, signIn, server, resource, scopes, keyThumbprint } = statement;
    const { issuer, signing } = this.settings;
    const now = new Date(this.clock.now());
    const issuedAt = Math.floor(now.getTime() / 1000);
    const jti = newTokenId(now);
    const scope = formatScope(scopes);
    const assertion = await signJwt(this.keys.signing(signing.algorithm), TYPE, {
      ...standardClaims(account, server.claims),
      iss: issuer,
      sub: account.id,
      aud: server.issuer,
      client_id: server.clientId,
      jti,
      iat: issuedAt,
      exp: issuedAt + LIFETIME,
      resource,
      scope,
      auth_time: signIn.authTime,
      ...(signIn.amr && { amr: signIn.amr }),
      ...(signIn.acr !== null && { acr: signIn.acr }),
      ...(keyThumbprint !== null && { cnf: { jkt: keyThumbprint } }),
    });
    this.audit.record({
      action: 'token.issue',
      outcome: 'success',
      userId: account.id,
      clientId: server.client,
      resource,
      detail: { grantType: statement.grantType, tokenId: jti, scopes, audience: server.issuer },
    });
    return {
      access_token: assertion,
      issued_token_type: TOKEN_TYPE.identityAssertion,
      token_type: 'N_A',
      expires_in: LIFETIME,
      scope,
    };
  }
}
