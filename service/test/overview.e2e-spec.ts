import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DailyCounts, type Metric } from '../src/console/overview/daily-counts.js';
import { McpResources } from 'nestjs-mcp-auth';
import { ApprovalRequest } from '../src/policy/entities/approval-request.entity.js';
import { addPerson, signedIn } from './support/administration.js';
import { auditSealed } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('the overview', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'auditor@example.com', 'auditor');
  });
  afterAll(() => service.close());

  const counts = () => service.application.get(DailyCounts, { strict: false });
  const count = async () => {
    await auditSealed(service);
    await counts().round();
    const { counts: all } = await counts().last();
    return Object.fromEntries(Object.entries(all).map(([metric, days]) => [metric, days.at(-1)])) as Record<
      Metric,
      number
    >;
  };

  it('counts what happens once, by day, however often it looks', async () => {
    // Of people who came from elsewhere, the subject is not the id of the account.
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "subject" = 'ada' WHERE email = $1`, [
      ADMINISTRATOR.email,
    ]);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refreshToken } = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    await client.refresh(refreshToken);
    await client.token({ grant_type: 'refresh_token', refresh_token: 'wrong' });
    await signedIn(service, 'auditor@example.com');
    const expected = { 'sign-ins': 2, people: 2, connections: 1, clients: 1, tokens: 2, refused: 1 };
    expect(await count()).toMatchObject(expected);
    expect(await count()).toMatchObject(expected);
  });

  it('counts an event once when several replicas count at once', async () => {
    const before = await count();
    await signedIn(service);
    await auditSealed(service);
    await Promise.all(Array.from({ length: 5 }, () => counts().round()));
    expect(await count()).toMatchObject({ ...before, 'sign-ins': before['sign-ins'] + 1 });
  });

  it('shows charts with their numbers as a table, what waits, and that all is well', async () => {
    const ada = await signedIn(service);
    const { status, body } = await ada.get(`${service.issuer}/admin`);
    expect(status).toBe(200);
    expect(body.match(/<svg[^>]*preserveAspectRatio/g)).toHaveLength(6);
    expect(body).toContain('Nothing waits for you');
    expect(body).toContain('All is well');
    expect(body).toMatch(/href="\/admin\/connections">1 connection of 1 person</);
    expect(body).toContain(new Date(service.clock.now()).toISOString().slice(0, 10));
    expect(Buffer.byteLength(body)).toBeLessThan(60_000);
  });

  it('says how many applications wait, and which servers are off, with the way there', async () => {
    const waiting = {
      clientId: 'c',
      userId: 'u',
      resource: service.mcpUrl,
      clientName: null,
      redirectUri: 'https://a.example/',
      kind: 'https://a.example/',
    };
    const requests = service.dataSource.getRepository(ApprovalRequest);
    const requestedAt = new Date(service.clock.now());
    await requests.insert([
      { ...waiting, id: '1', requestedAt },
      { ...waiting, id: '2', userId: 'v', requestedAt },
    ]);
    await service.application.get(McpResources).disable(service.mcpUrl);
    const { body } = await (await signedIn(service)).get(`${service.issuer}/admin`);
    expect(body).toMatch(/href="\/admin\/access\/applications">1 application for approval/);
    expect(body).toContain('1 MCP server');
  });

  it('moves on with the days', async () => {
    service.clock.advance(86_400);
    const { days, counts: all } = await counts().last();
    expect(days).toHaveLength(30);
    expect(all.tokens.slice(-2)).toEqual([2, 0]);
  });
});
