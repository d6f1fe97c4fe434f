import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import type { Actor } from '../oauth/actor.js';
import type { OAuthClient } from '../oauth/client.js';
import {
  EndedSubjectError,
  InvalidClientError,
  InvalidTargetError,
  RefusedTargetError,
} from '../oauth/errors.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { DelegationStore } from '../persistence/delegation.store.js';
import { permittedClaims } from '../tokens/permitted-claims.js';
import { type AdmittedToken, TokenIssuer } from '../tokens/token-issuer.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';

/** What the exchange has found to be within the administrator's rules. */
export interface PermittedDelegation {
  subject: VerifiedAccessToken & { userId: string };
  /** Identifier. */
  resource: string;
  scopes: readonly string[];
  actor: Actor;
  /** The grants that the subject token comes from, its own at last. */
  lineage: readonly string[];
}

/** Access tokens with which one server calls another, for a person who is still there and may do so. */
@Injectable()
export class DelegatedTokens {
  constructor(
    private readonly store: DelegationStore,
    private readonly clients: ClientRegistry,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly provider: ClaimsProvider,
    private readonly issuer: TokenIssuer,
  ) {}

  /**
   * @param server the client that acts.
   * @throws EndedSubjectError when the subject token, its person or their client is over.
   * @throws InvalidTargetError for a server that is retired, or that the policy does not let the person use.
   */
  async issue(
    grantType: string,
    server: OAuthClient,
    keyThumbprint: string | null,
    delegation: PermittedDelegation,
  ): Promise<TokenResponse> {
    const { subject, resource, actor, lineage } = delegation;
    const pair = this.issuer.prepare(grantType, keyThumbprint);
    const admitted = await this.admit(server, delegation, pair.record.now);
    const issued = await this.store.issue({
      subjectTokenId: subject.tokenId,
      userId: subject.userId,
      clientId: server.clientId,
      from: subject.resource,
      to: resource,
      scopes: admitted.scopes,
      actor,
      lineage,
      keyThumbprint,
      token: pair.record,
    });
    switch (issued?.outcome) {
      case 'issued':
        return this.issuer.answer(issued, pair, admitted);
      case 'subject':
        throw new EndedSubjectError('The subject_token, or what it comes from, was revoked.');
      case 'target':
        throw new InvalidTargetError('The resource is unknown.');
      default:
        throw new InvalidClientError();
    }
  }

  private async admit(
    server: OAuthClient,
    { subject, resource, scopes, actor, lineage }: PermittedDelegation,
    now: Date,
  ): Promise<AdmittedToken> {
    const first = await this.store.first(subject.tokenId, now);
    if (first?.userId !== subject.userId)
      throw new EndedSubjectError('The subject_token, or what it comes from, was revoked.');
    const [account, client] = await Promise.all([
      this.accounts.find(first.userId),
      this.clients.find(first.clientId),
    ]);
    if (!account || account.disabled) throw new EndedSubjectError('The account is gone or disabled.');
    if (!client || client.disabled) throw new EndedSubjectError('The client is gone or disabled.');
    const decision = await this.policy.decide({
      account,
      client,
      redirectUri: first.redirectUri,
      resource,
      scopes,
      actor: { clientId: server.clientId, resource: subject.resource, act: actor.act ?? null },
      at: 'token',
    });
    if (decision.outcome !== 'allowed') throw new RefusedTargetError('This access is not allowed.');
    const context = { account, clientId: server.clientId, resource, scopes: decision.scopes };
    const claims = permittedClaims(await this.provider.accessToken(context));
    const detail = { actors: actorsOf(actor), subjectGrantId: lineage.at(-1) ?? '' };
    return { scopes: decision.scopes, claims, detail };
  }
}

/** The server that acts, and those it acts through. */
function actorsOf({ sub, act }: Actor): string[] {
  return [sub ?? '', ...(act ? actorsOf(act) : [])];
}
