import { Injectable } from '@nestjs/common';
import type { McpAccount } from './account-directory.js';

/** What a token or an answer is about. */
export interface ClaimsContext {
  /** Whom the token is about. */
  account: McpAccount;
  /** Who will hold it. */
  clientId: string;
  /** Identifier of the resource. */
  resource: string;
  /** What it allows. */
  scopes: readonly string[];
}

/**
 * Adds claims of the host's own. Extend it and pass the class as `claims`; what it leaves out adds nothing.
 * Claims that are the issuer's to set are dropped, and more than 4 kB are an error. When a method throws, no token is
 * answered and nothing is used up: the same request can be repeated.
 */
export class ClaimsProvider {
  /** Into access tokens: asked at the code exchange and at every refresh. Whoever holds the token can read them. */
  async accessToken(_context: ClaimsContext): Promise<Record<string, unknown>> {
    return {};
  }

  /** Into id_tokens (OpenID Connect Core §2): asked when the person consents. */
  async idToken(_context: ClaimsContext): Promise<Record<string, unknown>> {
    return {};
  }

  /** Into answers of the userinfo endpoint (OpenID Connect Core §5.3.2). */
  async userInfo(_context: ClaimsContext): Promise<Record<string, unknown>> {
    return {};
  }
}

/** The host's provider, which is looked up once every module is built; none adds nothing. */
@Injectable()
export class HostClaims extends ClaimsProvider {
  private provider = new ClaimsProvider();

  use(provider: ClaimsProvider): void {
    this.provider = provider;
  }

  override accessToken(context: ClaimsContext): Promise<Record<string, unknown>> {
    return this.provider.accessToken(context);
  }

  override idToken(context: ClaimsContext): Promise<Record<string, unknown>> {
    return this.provider.idToken(context);
  }

  override userInfo(context: ClaimsContext): Promise<Record<string, unknown>> {
    return this.provider.userInfo(context);
  }
}
