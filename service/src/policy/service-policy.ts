import { Injectable } from '@nestjs/common';
import {
  AuthorizationPolicy,
  Clock,
  McpResources,
  McpRevocations,
  type PolicyDecision,
  type PolicyQuestion,
} from 'nestjs-mcp-auth';
import { adminServers } from '../config/admin-servers.js';
import { PublicAddress } from '../config/public-address.js';
import { isTrusted } from '../config/client-selector.js';
import { PolicyConfig } from '../config/policy-config.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { PersonAccount } from '../people/person-account.js';
import { decideAdministration } from './admin-access.js';
import { evaluate } from './evaluate.js';
import { EvaluatedPolicies } from './evaluated-policies.js';
import { HeldGroups } from './held-groups.js';
import type { Policy } from '../config/policy.js';
import { PolicyStore } from './policy-store.js';

export interface LoadedPolicy {
  readonly policy: Policy;
  /** Ids of clients that an administrator has agreed to. */
  readonly approved: ReadonlySet<string>;
}

/** The service's policy, answered from memory. */
@Injectable()
export class ServicePolicy extends AuthorizationPolicy {
  private loaded: LoadedPolicy = {
    policy: { rules: [], clients: { mode: 'open', allowed: [], trusted: [] } },
    approved: new Set(),
  };
  /** When it last allowed something; 0 for never. */
  allowedAt = 0;
  /** Identifiers of what administers this service. */
  private readonly admin: readonly string[];
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: PolicyStore,
    private readonly resources: McpResources,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
    private readonly config: PolicyConfig,
    private readonly signIn: SignInConfig,
    private readonly evaluated: EvaluatedPolicies,
    address: PublicAddress,
  ) {
    super();
    this.admin = adminServers(address).map(({ identifier }) => identifier);
  }

  override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    await this.evaluated.hold(this.store.configured);
    const decision = this.evaluate(question);
    if (decision.outcome === 'allowed') this.allowedAt = this.clock.now();
    if (decision.outcome === 'pending' && question.at === 'authorization') await this.store.request(question);
    return decision;
  }

  override trusts(client: PolicyQuestion['client'], redirectUri: string): boolean {
    return isTrusted(this.loaded.policy.clients.trusted, { client, redirectUri });
  }

  /** Whoever agreed to a client agreed to what it was. */
  override forgetClient(clientId: string): Promise<void> {
    return this.store.forget(clientId, (manager) =>
      this.revocations.policyChanged({ clientIds: [clientId] }, manager),
    );
  }

  /** The decision alone: nothing is noted, nobody is asked. */
  evaluate(question: PolicyQuestion): PolicyDecision {
    // What a service account may do, an administrator has said by its ceilings; the rules are about people.
    if (question.account === null)
      return { outcome: 'allowed', scopes: question.scopes, reason: 'Its ceilings allow it.' };
    const resource = this.resources.all().find(({ identifier }) => identifier === question.resource);
    // The library hands on what ServiceAccounts has found.
    const { memberships, role } = question.account as PersonAccount;
    const isApproved = this.loaded.approved.has(question.client.clientId);
    if (question.audience === undefined && this.admin.includes(question.resource))
      return decideAdministration(question, role, isApproved);
    const oldest = this.clock.now() - this.config.groupsMaxAge * 1000;
    const groups = new HeldGroups(memberships, this.signIn, oldest);
    if (question.audience !== undefined) return this.elsewhere(question, groups);
    return evaluate(this.loaded.policy, question, {
      resourceName: resource?.name ?? question.resource,
      scopeHierarchy: resource?.scopeHierarchy ?? {},
      isApproved,
      groups,
    });
  }

  /** Of servers elsewhere, the line that links them says whose people may. */
  private elsewhere(
    { audience, client, resource, scopes }: PolicyQuestion,
    held: HeldGroups,
  ): PolicyDecision {
    const linked = this.config.file?.linkedServers.find(
      ({ options }) =>
        options.issuer === audience &&
        options.client === client.clientId &&
        options.resources.includes(resource),
    );
    if (linked && held.satisfy(linked.groups))
      return { outcome: 'allowed', scopes, reason: 'The server is linked.' };
    return {
      outcome: 'denied',
      reason: 'No linked server is for this person.',
      message: 'Your account has no access to this server. Ask an administrator.',
    };
  }

  /** One after the other: what is read first must not come last. */
  override reload(): Promise<void> {
    const loaded = this.loading.then(() => this.load());
    this.loading = loaded.catch(() => undefined);
    return loaded;
  }

  /** What was read with a file that this replica goes by from now on. */
  replace(loaded: LoadedPolicy): void {
    this.loaded = loaded;
  }

  private async load(): Promise<void> {
    const before = this.loaded;
    const [policy, approved] = await Promise.all([this.store.read(), this.store.approved()]);
    // By a file that was replaced meanwhile.
    if (this.loaded !== before) return this.load();
    this.loaded = { policy, approved };
  }
}
