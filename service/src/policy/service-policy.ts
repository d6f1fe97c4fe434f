import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  AuthorizationPolicy,
  Clock,
  MCP_AUTH_CONNECTION,
  McpResources,
  McpRevocations,
  type PolicyDecision,
  type PolicyQuestion,
  type ProtectedResource,
} from 'nestjs-mcp-auth';
import { adminServers } from '../config/admin-servers.js';
import { isSelected, isTrusted, type SelectedClient } from '../config/client-selector.js';
import { PolicyConfig } from '../config/policy-config.js';
import { PublicAddress } from '../config/public-address.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { PersonAccount } from '../people/person-account.js';
import { decideAdministration } from './admin-access.js';
import { ApprovalNotices } from './approval-notices.js';
import { ClientDecisions, type Standing } from './client-decisions.js';
import { DecisionStore } from './decision-store.js';
import { evaluate } from './evaluate.js';
import { EvaluatedPolicies } from './evaluated-policies.js';
import { HeldGroups } from './held-groups.js';
import { type AccessRule, hasEnded, type Policy } from '../config/policy.js';
import { PolicyStore } from './policy-store.js';
import { RequestStore } from './request-store.js';

export interface LoadedPolicy {
  readonly policy: Policy;
  /** What administrators have said of clients. */
  readonly decisions: ClientDecisions;
}

export interface UsableServers {
  servers: ProtectedResource[];
  /** The name of a provider whose word on the person's groups is too old for others; null where there is none. */
  askAgain: string | null;
}

/** The service's policy, answered from memory. */
@Injectable()
export class ServicePolicy extends AuthorizationPolicy {
  private loaded: LoadedPolicy = {
    policy: { rules: [], clients: { mode: 'open', allowed: [], trusted: [] } },
    decisions: new ClientDecisions([]),
  };
  /** When it last allowed something; 0 for never. */
  allowedAt = 0;
  /** Identifiers of what administers this service. */
  private readonly admin: readonly string[];
  private loading: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly store: PolicyStore,
    private readonly resources: McpResources,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
    private readonly config: PolicyConfig,
    private readonly signIn: SignInConfig,
    private readonly evaluated: EvaluatedPolicies,
    private readonly decisions: DecisionStore,
    private readonly requests: RequestStore,
    private readonly notices: ApprovalNotices,
    address: PublicAddress,
  ) {
    super();
    this.admin = adminServers(address).map(({ identifier }) => identifier);
  }

  override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    await this.evaluated.hold(this.store.configured);
    const decision = this.evaluate(question);
    if (decision.outcome === 'allowed') this.allowedAt = this.clock.now();
    if (decision.outcome === 'pending' && question.at === 'authorization') await this.note(question);
    return decision;
  }

  override trusts(client: PolicyQuestion['client'], redirectUri: string): boolean {
    return isTrusted(this.loaded.policy.clients.trusted, { client, redirectUri });
  }

  /** Whoever agreed to a client agreed to what it was. */
  override async forgetClient(clientId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.requests.forgetClient(clientId, manager);
      if (await this.decisions.forgetApprovals(clientId, manager))
        await this.revocations.policyChanged({ clientIds: [clientId] }, manager);
    });
  }

  /** The servers that somebody may use, with one application at least. */
  serversOf({ memberships }: PersonAccount): UsableServers {
    const now = this.clock.now();
    const groups = new HeldGroups(memberships, this.signIn, now - this.config.groupsMaxAge * 1000);
    const rules = this.loaded.policy.rules.filter((rule) => !hasEnded(rule, now));
    const named = new Set(
      rules.filter((rule) => groups.satisfy(rule.groups)).map(({ resource }) => resource),
    );
    const enabled = this.resources.all().filter((server) => server.enabled);
    const missing = new Set(enabled.map(({ identifier }) => identifier).filter((one) => !named.has(one)));
    const others = rules.filter(({ resource }) => missing.has(resource));
    return {
      servers: enabled.filter(({ identifier }) => named.has(identifier)),
      askAgain: groups.tooOldAt(others.map((rule) => rule.groups)),
    };
  }

  private async note(question: PolicyQuestion): Promise<void> {
    const isNew = await this.requests.note(question, (kind, now, manager) =>
      this.notices.waiting(kind, now, manager),
    );
    if (isNew) this.notices.hurry();
  }

  /**
   * The decision alone: nothing is noted, nobody is asked.
   * @param standing what administrators are taken to have said of the client. Default: what they have.
   */
  evaluate(question: PolicyQuestion, standing?: Standing): PolicyDecision {
    // What a service account may do, an administrator has said by its ceilings; the rules are about people.
    if (question.account === null)
      return { outcome: 'allowed', scopes: question.scopes, reason: 'Its ceilings allow it.' };
    const resource = this.resources.all().find(({ identifier }) => identifier === question.resource);
    // The library hands on what ServiceAccounts has found.
    const { memberships, role } = question.account as PersonAccount;
    const now = this.clock.now();
    if (question.audience === undefined && this.admin.includes(question.resource))
      return decideAdministration(question, role, standing ?? this.loaded.decisions.ofClient(question, now));
    const oldest = now - this.config.groupsMaxAge * 1000;
    const groups = new HeldGroups(memberships, this.signIn, oldest);
    if (question.audience !== undefined) return this.elsewhere(question, groups);
    return evaluate(this.loaded.policy, question, {
      resourceName: resource?.name ?? question.resource,
      scopeHierarchy: resource?.scopeHierarchy ?? {},
      standing: standing ?? this.loaded.decisions.of(question, now),
      groups,
      now,
    });
  }

  /** The rules of a server that are in force and for one of these clients; for any, where there is none. */
  rulesFor(resource: string, asked: readonly SelectedClient[]): AccessRule[] {
    const now = this.clock.now();
    return this.loaded.policy.rules.filter(
      (rule) => rule.resource === resource && !hasEnded(rule, now) && isForOneOf(rule, asked),
    );
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

  /** What it goes by. */
  get current(): LoadedPolicy {
    return this.loaded;
  }

  /** What was read with a file that this replica goes by from now on. */
  replace(loaded: LoadedPolicy): void {
    this.loaded = loaded;
  }

  private async load(): Promise<void> {
    const before = this.loaded;
    const [policy, decisions] = await Promise.all([this.store.read(), this.decisions.all()]);
    // By a file that was replaced meanwhile.
    if (this.loaded !== before) return this.load();
    this.loaded = { policy, decisions: new ClientDecisions(decisions) };
  }
}

function isForOneOf({ clients }: AccessRule, asked: readonly SelectedClient[]): boolean {
  return clients === 'any' || asked.some((one) => isSelected(clients, one));
}
