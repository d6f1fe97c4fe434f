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
import type { PersonAccount } from '../people/person-account.js';
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

  /** One answer, or several where clients that the question names differ. */
  async ask({ email, resource: identifier, client }: DryRunQuestion): Promise<DryRunAnswer[]> {
    const account = await this.users.account({ email });
    if (!account) return plain('There is nobody with this email.');
    if (account.disabled) return plain('The account is disabled.');
    const resource = this.resources.all().find((one) => one.identifier === identifier);
    if (!resource) return plain('There is no such server.');
    if (!resource.enabled) return plain('The server is switched off.');
    const named = client === '' ? [] : await this.named(client);
    const answers = named.flatMap((one) => this.ofClient(one, client, account, resource));
    return answers.length > 0 ? together(answers) : this.ofNone(client, account, resource);
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
    return plain(this.decide(asked, account, resource));
  }

  private decide(asked: Asked, account: PersonAccount, { identifier, scopes }: ProtectedResource) {
    const question = { resource: identifier, scopes: Object.keys(scopes), at: 'authorization' } as const;
    return this.policy.evaluate({ ...asked, account, ...question });
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
