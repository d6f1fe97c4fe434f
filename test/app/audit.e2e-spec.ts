import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/app/audit/audit-trail.js';
import { AuditEventRow } from '../../src/app/entities/audit-event.entity.js';
import { ServiceClient } from '../support/service-client.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

const MEMBER = 'eve@example.com';

describe('the audit', () => {
  let service: Standalone;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await service.addMember(MEMBER, []);
  });
  afterAll(() => service.close());

  const events = async () => {
    await service.application.get(AuditTrail).flush();
    return service.dataSource.getRepository(AuditEventRow).find({ order: { sequence: 'ASC' } });
  };

  it('has what led to a token, in order, with the person, the client, the server and whence', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refreshToken } = await client.tokens(MEMBER, 'mcp:tools');
    await client.refresh(refreshToken);
    const mine = (await events()).filter(({ clientId }) => clientId === client.clientId);
    expect(mine.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'client.register success',
      'policy.decide success',
      'policy.decide success',
      'consent success',
      'policy.decide success',
      'token.issue success',
      'policy.decide success',
      'token.issue success',
    ]);
    for (const { userId, resource, address, requestId } of mine.slice(1)) {
      expect([userId, resource]).toEqual([member, service.mcpUrl]);
      expect(address).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/);
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
