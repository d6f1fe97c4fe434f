import { Injectable } from '@nestjs/common';
import { McpResources, type PolicyDecision } from 'nestjs-mcp-auth';
import { Users } from '../people/users.js';
import { ServicePolicy } from './service-policy.js';

export interface DryRunQuestion {
  email: string;
  resource: string;
  /** Where the client is sent back to, or where its metadata is. */
  client: string;
}

/** What a person could do with a client on a server, and by which rule; nothing is changed by asking. */
@Injectable()
export class DryRun {
  constructor(
    private readonly users: Users,
    private readonly resources: McpResources,
    private readonly policy: ServicePolicy,
  ) {}

  /** A sentence for somebody or something that there is not. */
  async ask({ email, resource: identifier, client }: DryRunQuestion): Promise<PolicyDecision | string> {
    const account = await this.users.account({ email });
    if (!account) return 'There is nobody with this email.';
    if (account.disabled) return 'The account is disabled.';
    const resource = this.resources.all().find((one) => one.identifier === identifier);
    if (!resource) return 'There is no such server.';
    return this.policy.evaluate({
      account,
      client: { clientId: client, name: null, source: 'document' },
      redirectUri: client,
      resource: identifier,
      scopes: Object.keys(resource.scopes),
      at: 'authorization',
    });
  }
}
