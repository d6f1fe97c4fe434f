import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { auditRefusal } from '../endpoints/audit-refusal.js';
import { DelegationExchange } from '../grant-types/delegation.token-exchange.js';
import { TokenExchangeGrantType } from '../grant-types/token-exchange.grant-type.js';
import { type DelegatedToken, type DelegationRequest, DelegationSource } from '../guard/delegation-source.js';
import { AuditLog } from '../host/audit-log.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InvalidClientError } from '../oauth/errors.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';

/** Exchanges tokens in the process of the authorization server: as at its token endpoint, without a request. */
@Injectable()
export class LocalDelegations extends DelegationSource {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly clients: ClientRegistry,
    private readonly delegation: DelegationExchange,
    private readonly grantType: TokenExchangeGrantType,
    private readonly audit: AuditLog,
  ) {
    super();
  }

  async exchange({ from, subjectToken, resource, scopes }: DelegationRequest): Promise<DelegatedToken> {
    const { resourceServers, clock, dpop } = this.settings;
    const server = resourceServers.find((each) => each.resource === from);
    if (!server || !this.delegation.isOn)
      throw new Error(`The resource ${from} may call no other one: say so in \`delegations\`.`);
    if (dpop.required)
      throw new Error(
        'McpDelegation brings bearer tokens, which `dpop.required` forbids: exchange tokens with a proof.',
      );
    const { clientId } = server;
    const grantType = this.grantType.name;
    const claims = () => ({ action: 'token.issue' as const, clientId, resource, detail: { grantType } });
    return auditRefusal(this.audit, claims, async () => {
      const client = await this.clients.find(clientId);
      if (!client || client.disabled) throw new InvalidClientError();
      const now = clock.now();
      const subject = { subjectToken, subjectTokenType: TOKEN_TYPE.accessToken };
      const request = { grantType, ...subject, resource, audience: null, scopes };
      const answer = await this.delegation.exchange(request, client, null);
      return { token: answer.access_token, expiresAt: now + answer.expires_in * 1000 };
    });
  }
}
