import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import {
  McpClients,
  McpResources,
  OAuthError,
  type KnownClient,
  type PolicyDecision,
  type PolicyQuestion,
  type ProtectedResource,
} from 'nestjs-mcp-auth';
import type { AccessRule } from '../config/policy.js';
import type { PersonAccount } from '../people/person-account.js';
import type { Standing } from './client-decisions.js';
import { Users } from '../people/users.js';
import { ServicePolicy } from './service-policy.js';

export interface DryRunQuestion {
  email: string;
  resource: string;
  /** Its id, where it is sent back to, or where its metadata is; empty for any that no rule and no list names. */
  client: string;
}

/** The same for all of these clients. */
export interface DryRunAnswer {
  /** Ids; none where the question names none that is known. */
  clients: readonly string[];
  /** A sentence for somebody or something that there is not. */
  outcome: PolicyDecision | string;
}

/** The rules by which a client gets something of a server. */
export interface ClientAccess {
  server: ProtectedResource;
  rules: readonly AccessRule[];
}

/** What there is to say of one server. */
export interface ServerAnswers {
  server: ProtectedResource;
  answers: readonly DryRunAnswer[];
}

const SWITCHED_OFF = 'The server is switched off.';

type Asked = Pick<PolicyQuestion, 'client' | 'redirectUri'>;

/** What a person could do with a client on a server, and by which rule; nothing is changed by asking. */
@Injectable()
export class DryRun {
  constructor(
    private readonly users: Users,
    private readonly resources: McpResources,
    private readonly clients: McpClients,
    private readonly policy: ServicePolicy,
  ) {}

  /** The same of every server. */
  async everywhere({ email, client }: Omit<DryRunQuestion, 'resource'>): Promise<ServerAnswers[]> {
    return this.of(this.resources.all(), email, client);
  }

  /** The same with an application that no rule names. */
  ofAccount(account: PersonAccount): ServerAnswers[] {
    return this.resources.all().map((server) => ({
      server,
      answers: server.enabled ? this.ofNone('', account, server) : plain(SWITCHED_OFF),
    }));
  }

  /** What a client may, whoever uses it: of each server, the rules that are for it and in force. */
  async ofClientAlone(client: string): Promise<ClientAccess[]> {
    const named = await this.named(client);
    const asked = named.flatMap(({ clientId, name, source, redirectUris }) =>
      (redirectUris.includes(client) ? [client] : redirectUris).map((redirectUri) => ({
        client: { clientId, name, source },
        redirectUri,
      })),
    );
    return this.resources
      .all()
      .map((server) => ({ server, rules: this.policy.rulesFor(server.identifier, asked) }));
  }

  /** One answer, or several where clients that the question names differ. */
  async ask({ email, resource: identifier, client }: DryRunQuestion): Promise<DryRunAnswer[]> {
    const resource = this.resources.all().find((one) => one.identifier === identifier);
    if (!resource) return plain('There is no such server.');
    const [only] = await this.of([resource], email, client);
    return [...(only?.answers ?? [])];
  }

  private async of(
    servers: readonly ProtectedResource[],
    email: string,
    client: string,
  ): Promise<ServerAnswers[]> {
    const account = await this.users.account({ email });
    const nobody = account
      ? account.disabled && 'The account is disabled.'
      : 'There is nobody with this email.';
    const named = client === '' || nobody ? [] : await this.named(client);
    return servers.map((server) => {
      if (!account || nobody) return { server, answers: plain(nobody || '') };
      if (!server.enabled) return { server, answers: plain(SWITCHED_OFF) };
      const answers = named.flatMap((one) => this.ofClient(one, client, account, server));
      return {
        server,
        answers: answers.length > 0 ? together(answers) : this.ofNone(client, account, server),
      };
    });
  }

  private async named(client: string): Promise<KnownClient[]> {
    try {
      return await this.clients.named(client);
    } catch (error) {
      // Nobody's metadata is there.
      if (error instanceof OAuthError) return [];
      throw error;
    }
  }

  private ofClient(
    { clientId, name, source, redirectUris, disabled }: KnownClient,
    text: string,
    account: PersonAccount,
    resource: ProtectedResource,
  ): DryRunAnswer[] {
    if (disabled) return [{ clients: [clientId], outcome: 'The application is disabled.' }];
    const meant = redirectUris.includes(text) ? [text] : redirectUris;
    return meant.map((redirectUri) => {
      const asked = { client: { clientId, name, source }, redirectUri };
      return { clients: [clientId], outcome: this.decide(asked, account, resource) };
    });
  }

  /** What any client would get that is sent back there, once there is one. */
  private ofNone(client: string, account: PersonAccount, resource: ProtectedResource): DryRunAnswer[] {
    const asked = {
      client: { clientId: '', name: null, source: 'registered' },
      redirectUri: client,
    } as const;
    const decided = this.decide(asked, account, resource);
    if (client !== '' || decided.outcome !== 'pending') return plain(decided);
    // The question is about the person: what they get once somebody has agreed to what they use.
    const approved = this.decide(asked, account, resource, 'approved');
    const reason = `${approved.reason} (an application that nobody has approved waits first)`;
    return plain({ ...approved, reason });
  }

  private decide(
    asked: Asked,
    account: PersonAccount,
    { identifier, scopes }: ProtectedResource,
    standing?: Standing,
  ): PolicyDecision {
    const question = { resource: identifier, scopes: Object.keys(scopes), at: 'authorization' } as const;
    return this.policy.evaluate({ ...asked, account, ...question }, standing);
  }
}

function plain(outcome: DryRunAnswer['outcome']): DryRunAnswer[] {
  return [{ clients: [], outcome }];
}

/** Each answer once, with all whom it concerns. */
function together(answers: readonly DryRunAnswer[]): DryRunAnswer[] {
  return answers.reduce<DryRunAnswer[]>((merged, { clients, outcome }) => {
    const same = merged.find((one) => isDeepStrictEqual(one.outcome, outcome));
    if (!same) return [...merged, { clients, outcome }];
    const all = [...new Set([...same.clients, ...clients])];
    return merged.map((one) => (one === same ? { ...one, clients: all } : one));
  }, []);
}
