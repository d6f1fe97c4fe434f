import { Injectable } from '@nestjs/common';
import { readAssertion } from '../assertions/assertion-claims.js';
import { readConditions } from '../assertions/assertion-conditions.js';
import { AssertionVerifier, singleUse } from '../assertions/assertion-verifier.js';
import { IssuerKeys } from '../assertions/issuer-keys.js';
import { ClientRegistry } from '../clients/client-registry.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidGrantError, InvalidRequestError } from '../oauth/errors.js';
import type { TokenRequest, TokenResponse } from '../oauth/token-request.js';
import type { WorkloadRule } from '../oauth/trusted-issuer.js';
import type { KeyOf } from './grant-type.js';
import { ServiceAccountTokens } from './service-account-tokens.js';

/** What platforms write; a token that was made for something else has a type of its own (RFC 8725 §3.11). */
const TYPES = ['jwt', 'jose'];
/** Seconds: a platform's token in a file lives for hours. */
const LONGEST_LIFE = 86_400;
const CLIENT_PROOFS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/** Access tokens of workloads: a platform's JWT says who asks, and an administrator which service account that is. */
@Injectable()
export class WorkloadTokens {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: IssuerKeys,
    private readonly verifier: AssertionVerifier,
    private readonly clients: ClientRegistry,
    private readonly tokens: ServiceAccountTokens,
  ) {}

  /**
   * @throws InvalidRequestError for one that names a client beside its assertion, or no resource.
   * @throws InvalidGrantError for an assertion that is not good, or of a workload that no rule lets in.
   * @throws TemporarilyUnavailableError when the issuer's keys are out of reach; nothing is used up then.
   */
  async issue(
    grantType: string,
    { parameters, headers, address }: TokenRequest,
    keyOf: KeyOf,
  ): Promise<TokenResponse> {
    const assertion = parameters.require('assertion');
    if (headers.authorization !== undefined || CLIENT_PROOFS.some((name) => parameters.has(name)))
      throw new InvalidRequestError(
        'The assertion of a workload says who asks: the request must name no client.',
      );
    parameters.require('resource');
    const trusted = this.settings.trustedIssuers.find(
      ({ issuer }) => issuer === readAssertion(assertion)?.iss,
    );
    const claims =
      trusted &&
      (await this.verifier.check(assertion, {
        issuer: trusted.issuer,
        audiences: [this.settings.issuer, `${this.settings.issuer}/token`],
        types: TYPES,
        keys: this.keys.of(trusted, address),
        longestLife: LONGEST_LIFE,
        address,
      }));
    const conditions = claims && readConditions(claims.members);
    if (!claims || !conditions || claims.iat === undefined)
      throw new InvalidGrantError('The assertion is invalid, expired, or of an issuer that is not trusted.');
    const account = await this.accountOf(claims.iss, claims.sub, claims.members);
    if (!account) throw new InvalidGrantError('No rule lets this workload in.');
    const keyThumbprint = await keyOf(account);
    if (conditions.keyThumbprint !== null && conditions.keyThumbprint !== keyThumbprint)
      throw new InvalidGrantError('The assertion is for whoever proves to hold its key.');
    return this.tokens.issue(grantType, account, parameters, keyThumbprint, {
      issuer: claims.iss,
      claims: claims.members,
      use: trusted.reusable ? null : singleUse(claims),
    });
  }

  private async accountOf(
    issuer: string,
    subject: string,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<OAuthClient | null> {
    const rule = this.settings.workloads.find(
      (each) => each.issuer === issuer && fits(each, subject, claims),
    );
    const client = rule ? await this.clients.find(rule.serviceAccount) : null;
    return client?.kind === 'service-account' && !client.disabled ? client : null;
  }
}

function fits(rule: WorkloadRule, subject: string, claims: Readonly<Record<string, unknown>>): boolean {
  const isSubject = rule.subject === null || rule.subject === subject;
  return (
    isSubject &&
    Object.entries(rule.claims).every(
      ([name, value]) => Object.hasOwn(claims, name) && claims[name] === value,
    )
  );
}
