import { Injectable } from '@nestjs/common';
import { type ClaimsContext, ClaimsProvider } from '../../src/index.js';

type Claims = Record<string, unknown>;

/** Adds the claims that a test wants. */
@Injectable()
export class TestClaims extends ClaimsProvider {
  static claims: { accessToken?: Claims; idToken?: Claims; userInfo?: Claims; fails?: boolean } = {};
  static contexts: ClaimsContext[] = [];

  static reset(): void {
    this.claims = {};
    this.contexts = [];
  }

  override async accessToken(context: ClaimsContext): Promise<Claims> {
    TestClaims.contexts.push(context);
    if (TestClaims.claims.fails) throw new Error('The directory is away.');
    return TestClaims.claims.accessToken ?? {};
  }

  override async idToken(): Promise<Claims> {
    return TestClaims.claims.idToken ?? {};
  }

  override async userInfo(): Promise<Claims> {
    return TestClaims.claims.userInfo ?? {};
  }
}
