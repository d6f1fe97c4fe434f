import { Injectable } from '@nestjs/common';
import type { Actor } from '../oauth/actor.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import type { OAuthClient } from '../oauth/client.js';
import { digest } from '../oauth/opaque-token.js';
import { concerns, type FeedListener, type FeedRecord } from '../oauth/revocation.js';
import type { McpAccount } from './account-directory.js';
import { AuditLog } from './audit-log.js';

/** The client of a question. */
export interface PolicyClient {
  /** `client_id`. */
  readonly clientId: string;
  /** As it calls itself, which proves nothing; null when it does not. */
  readonly name: string | null;
  /** Where it comes from. */
  readonly source: OAuthClient['source'];
}

/** May this person use this client on this resource, or this client act for itself, and with which scopes? */
export interface PolicyQuestion {
  /** Who would grant it; null for a service account, which asks for no more than an administrator set as its most. */
  account: McpAccount | null;
  /** What it says of itself, its name above all, is a claim; a metadata-document client's id is its domain's word. */
  client: PolicyClient;
  /** Where the person's browser brings the code: whoever is there has the tokens. Null where no browser brings any. */
  redirectUri: string | null;
  /** Identifier of the resource. */
  resource: string;
  /** The scopes asked for. */
  scopes: readonly string[];
  /** `authorization`: the person is looking on. `token`: a code is redeemed, a token refreshed or one asked for without a browser. */
  at: 'authorization' | 'token';
  /** The MCP server that would act for the person, by delegation (RFC 8693): `client` is the one the person uses. */
  actor?: {
    /** `client_id` of the server. */
    clientId: string;
    /** Identifier of its resource: what the person's client has called. */
    resource: string;
    /** Whom it acts through (RFC 8693 §4.1); null when the person's client has called it. */
    act: Actor | null;
  };
  /**
   * The issuer of another authorization server, of whose resource `resource` is: an assertion is asked for, with which the
   * client gets a token there. Left out for resources of this one.
   */
  audience?: string;
  /** The assertion of a trusted issuer that the token is asked for with. */
  assertion?: {
    /** `iss`. */
    issuer: string;
    /** All that it says. */
    claims: Readonly<Record<string, unknown>>;
  };
}

/** Some or all of what was asked for may be granted. */
export interface PolicyAllowance {
  /** Says which kind of decision this is. */
  outcome: 'allowed';
  /** Those of the question that may be granted; others are ignored. None is a denial. */
  scopes: readonly string[];
  /** For logs and audit: the rule that says so. */
  reason: string;
  /** True for a client of the house: consent counts as given, as remembered consent would. Default false. */
  trusted?: boolean;
}

/** Nothing may be granted, or not yet. */
export interface PolicyRefusal {
  /** `pending`: not yet, somebody must agree first; the person may wait for it. */
  outcome: 'denied' | 'pending';
  /** For logs and audit: the rule that says so. */
  reason: string;
  /** A sentence or two for the person. */
  message: string;
}

/** The answer of an `AuthorizationPolicy`. */
export type PolicyDecision = PolicyAllowance | PolicyRefusal;

/**
 * Says who may do what. Extend it and pass the class as `policy`; without one, people may grant whatever they are
 * asked for. It is asked before consent, when consent is given, at the code exchange, at every refresh, and for every
 * token of a service account: a refusal at a refresh ends the grant, fewer scopes than before narrow the token. When `decide` throws, nothing is answered and
 * nothing is lost.
 *
 * Answer from memory: `reload` is called at start, and on every replica after `McpRevocations.policyChanged`.
 */
export class AuthorizationPolicy {
  /** Answers a question. The default allows whatever is asked for. */
  async decide({ scopes }: PolicyQuestion): Promise<PolicyDecision> {
    return { outcome: 'allowed', scopes, reason: 'There is no policy.' };
  }

  /**
   * Whether a client is of the house, whoever asks: what it asks wrongly is then answered by a redirect, where a
   * stranger's client has the person shown a page (RFC 9700 §4.11.2). Default: none is.
   */
  trusts(_client: PolicyQuestion['client'], _redirectUri: string): boolean {
    return false;
  }

  /**
   * Forgets what somebody has agreed to about a client: called before and after a registered client replaces or deletes
   * its registration (RFC 7592), twice with the same outcome. What it throws keeps it as it is. Default: there is nothing
   * to forget.
   */
  async forgetClient(_clientId: string): Promise<void> {
    // The default knows no client.
  }

  /** Reads the rules again. */
  async reload(): Promise<void> {
    // The default has no rules.
  }
}

/** Milliseconds in which the same decision about the same page is one. */
const REPETITION = 60_000;

const NOTHING_LEFT: PolicyRefusal = {
  outcome: 'denied',
  reason: 'None of the scopes is allowed.',
  message: 'Nothing that the application asks for is allowed for your account.',
};

/** The host's policy, which is looked up once every module is built. */
@Injectable()
export class HostPolicy extends AuthorizationPolicy implements FeedListener {
  private policy = new AuthorizationPolicy();
  /** What was recorded of people who look at a page: the page asks again each time it is shown. */
  private readonly recorded = boundedCache<string, true>(5_000, { ttl: REPETITION });

  constructor(private readonly audit: AuditLog) {
    super();
  }

  use(policy: AuthorizationPolicy): void {
    this.policy = policy;
  }

  override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    const said = await this.policy.decide({ ...question, client: known(question.client) });
    const decision = within(question.scopes, said);
    this.record(question, decision);
    return decision;
  }

  override trusts(client: PolicyQuestion['client'], redirectUri: string): boolean {
    return this.policy.trusts(known(client), redirectUri);
  }

  private record(question: PolicyQuestion, decision: PolicyDecision): void {
    const { clientId } = question.client;
    const isAllowed = decision.outcome === 'allowed';
    const event = {
      action: 'policy.decide' as const,
      outcome: isAllowed ? ('success' as const) : ('refused' as const),
      userId: question.account?.id ?? null,
      clientId,
      resource: question.resource,
      detail: {
        at: question.at,
        decision: decision.outcome,
        reason: decision.reason,
        ...(question.actor && { actor: question.actor.clientId }),
        requested: question.scopes,
        scopes: isAllowed ? decision.scopes : [],
      },
    };
    if (question.at === 'authorization') {
      const page = digest(JSON.stringify([event, question.redirectUri]));
      if (this.recorded.has(page)) return;
      this.recorded.set(page, true);
    }
    this.audit.record(event);
  }

  override forgetClient(clientId: string): Promise<void> {
    return this.policy.forgetClient(clientId);
  }

  override reload(): Promise<void> {
    return this.policy.reload();
  }

  async heard(records: readonly FeedRecord[]): Promise<void> {
    if (records.some((record) => concerns(record, 'policy'))) await this.reload();
  }
}

/** A client has more than a policy needs to know, its secrets' digests among it. */
function known({ clientId, name, source }: PolicyQuestion['client']): PolicyQuestion['client'] {
  return { clientId, name, source };
}

/** A policy allows nothing that was not asked for. */
function within(requested: readonly string[], decision: PolicyDecision): PolicyDecision {
  if (decision.outcome !== 'allowed') return decision;
  const scopes = requested.filter((scope) => decision.scopes.includes(scope));
  return scopes.length === 0 && requested.length > 0 ? NOTHING_LEFT : { ...decision, scopes };
}
