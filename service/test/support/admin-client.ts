import { ClientDecision } from '../../src/policy/entities/client-decision.entity.js';
import { McpRevocations } from 'nestjs-mcp-auth';
import { openApi, undocumented } from './documented.js';
import { ServiceClient } from './service-client.js';
import { ServicePolicy } from '../../src/policy/service-policy.js';
import { ADMINISTRATOR, type Standalone } from './standalone.js';

export const API = '/admin/api/v1';

/** A client that an administrator has agreed to, and the person in front of it. */
export async function approvedClient(service: Standalone, resource = `${service.issuer}${API}`) {
  const client = await new ServiceClient(service, resource).register();
  await approve(service, client.clientId);
  return client;
}

export async function approve(service: Standalone, clientId: string): Promise<void> {
  await service.dataSource.getRepository(ClientDecision).save({
    kind: clientId,
    isClient: true,
    userId: '',
    outcome: 'approved',
    clientName: 'A client',
    redirectHosts: null,
    until: null,
    decidedAt: new Date(service.clock.now()),
    decidedBy: 'somebody',
  });
  await service.application.get(McpRevocations).policyChanged({ clientIds: [clientId] });
  // A page that is shown before the policy is read again asks once more.
  await service.application.get(ServicePolicy, { strict: false }).reload();
}

/** An access token of the admin API for somebody. */
export async function adminToken(
  service: Standalone,
  scope: string,
  email = ADMINISTRATOR.email,
  resource?: string,
): Promise<string> {
  const client = await approvedClient(service, resource);
  const { access_token: token } = await client.tokens(email, scope);
  return token;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Asks the admin API, whose every answer must be as its description says. */
export async function api(
  service: Standalone,
  token: string | null,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<ApiAnswer> {
  const url = `${service.issuer}${API}${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
  const faults = undocumented(await openApi(service), { method, url, ...answer });
  if (faults.length > 0) throw new Error(`The API answers what it does not describe: ${faults.join('; ')}`);
  return answer;
}
