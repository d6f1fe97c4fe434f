import { Logger } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config/service-config.js';
import { ApprovalNotices } from '../src/policy/approval-notices.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { signedIn } from './support/administration.js';
import { auditEvents, auditFlushed } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const key = randomBytes(32);
/** In place of a status. */
const HANGS = 0;
const SECRET = `whsec_${key.toString('base64')}`;

describe.skipIf(!postgresUrl)('the webhook for approvals', () => {
  let receiver: Server;
  let received: { path: string; headers: IncomingHttpHeaders; body: string }[];
  let status: number;
  let headers: Record<string, string>;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        received.push({ path: request.url ?? '', headers: request.headers, body });
        // A receiver that hangs takes everything and says nothing.
        if (status !== HANGS) response.writeHead(status, headers).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
      MCP_AUTH_APPROVAL_WEBHOOK_URL: `http://localhost:${(receiver.address() as AddressInfo).port}/hook`,
      MCP_AUTH_APPROVAL_WEBHOOK_SECRET: SECRET,
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    await first.addMember(EVE, []);
    // Rounds are begun by the tests alone.
    for (const { application } of [first, second]) await application.get(ApprovalNotices).stop();
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
    receiver.closeAllConnections();
    receiver.close();
  });
  beforeEach(async () => {
    [received, status, headers] = [[], 200, {}];
    for (const table of ['approvalNotice', 'approvalRequest'])
      await first.dataSource.query(`DELETE FROM mcp_auth."${table}"`);
  });

  const rounds = () =>
    Promise.all([first, second].map(({ application }) => application.get(ApprovalNotices).round()));
  const waits = async (name: string) => {
    const client = await new ServiceClient(first, first.mcpUrl, 'http://localhost:1/cb').register({
      client_name: name,
    });
    expect((await client.authorize(EVE, 'mcp:tools')).body).toContain('Waiting for approval');
  };
  const told = () => received.map(({ body }) => (JSON.parse(body) as { data: { kind: string } }).data.kind);

  /** What became of the last message, whichever replica sent it. */
  const lastNoted = async () => {
    await auditFlushed(second);
    return (await auditEvents(first)).findLast(({ action }) => action === 'client.notify');
  };

  it('tells once of a kind, signed, by one of two replicas, and names nobody', async () => {
    for (let count = 0; count < 3; count++) await waits('Tool');
    await rounds();
    expect(told()).toEqual(['loopback:Tool']);
    const [{ headers, body }] = received as [(typeof received)[0]];
    const message = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const signature = createHmac('sha256', key).update(message).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - first.clock.now() / 1000)).toBeLessThan(60);
    expect(JSON.parse(body)).toMatchObject({
      type: 'approval.requested',
      data: {
        name: 'Tool',
        redirect_hosts: ['localhost'],
        verified: false,
        people: 1,
        clients: 3,
        servers: [first.mcpUrl],
      },
    });
    expect(body).not.toContain(EVE);
    expect(await lastNoted()).toMatchObject({
      outcome: 'success',
      detail: { kind: 'loopback:Tool', attempts: 1 },
    });
  });

  it('tells of the same kind again after an hour alone, and of another at once', async () => {
    await waits('Tool');
    await rounds();
    await waits('Tool');
    await waits('Other');
    await rounds();
    expect(told()).toEqual(['loopback:Tool', 'loopback:Other']);
    first.clock.advance(3_000);
    await rounds();
    expect(told().length).toBe(2);
    first.clock.advance(600);
    await rounds();
    expect(told()).toEqual(['loopback:Tool', 'loopback:Other', 'loopback:Tool']);
  });

  it('tries again ever later with the same id, and gives up after the eighth try', async () => {
    status = 500;
    await waits('Tool');
    for (let attempt = 0; attempt < 8; attempt++) {
      await rounds();
      await rounds();
      expect(received.length).toBe(attempt + 1);
      first.clock.advance(30 * 2 ** attempt);
    }
    await rounds();
    expect(received.length).toBe(8);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await lastNoted()).toMatchObject({
      outcome: 'refused',
      detail: { attempts: 8 },
    });
  });

  it.each<[string, number, Record<string, string>]>([
    ['hangs', HANGS, {}],
    ['is away for a moment', 503, {}],
    ['sends it elsewhere', 307, { location: '/other' }],
    ['answers with a page', 404, {}],
  ])(
    'tells a receiver that %s later, with the same message, and follows it nowhere',
    async (_name, fault, more) => {
      [status, headers] = [fault, more];
      await waits('Tool');
      await rounds();
      await rounds();
      expect(received.length).toBe(1);
      [status, headers] = [200, {}];
      first.clock.advance(30);
      await rounds();
      expect(told()).toEqual(['loopback:Tool', 'loopback:Tool']);
      expect(new Set(received.map((message) => message.headers['webhook-id'])).size).toBe(1);
      expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook']);
      expect(await lastNoted()).toMatchObject({
        outcome: 'success',
        detail: { attempts: 2 },
      });
    },
  );

  it('tells nothing once nobody waits any more', async () => {
    await waits('Tool');
    await first.dataSource.query('DELETE FROM mcp_auth."approvalRequest"');
    await rounds();
    expect(received).toEqual([]);
  });
});

describe('a webhook that cannot be found', () => {
  it('is tried again like any other; the overview says so meanwhile, and the log in the end', async () => {
    const service = await startStandalone({
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_APPROVAL_WEBHOOK_URL: 'https://nowhere.invalid/hook',
      MCP_AUTH_APPROVAL_WEBHOOK_SECRET: SECRET,
    });
    const warn = vi.spyOn(Logger.prototype, 'warn');
    try {
      await service.addMember(EVE, []);
      await service.application.get(ApprovalNotices).stop();
      const client = await new ServiceClient(service, service.mcpUrl).register();
      await client.authorize(EVE, 'mcp:tools');
      const overview = async () =>
        (await (await signedIn(service)).get(`${service.issuer}/admin`)).body.includes(
          'The last message did not arrive.',
        );
      expect(await overview()).toBe(false);
      const told = () =>
        auditEvents(service).then((all) => all.filter(({ action }) => action === 'client.notify'));
      for (let attempt = 0; attempt < 8; attempt++) {
        expect(await told()).toEqual([]);
        await service.application.get(ApprovalNotices).round();
        service.clock.advance(30 * 2 ** attempt);
      }
      expect(await told()).toMatchObject([{ outcome: 'refused', detail: { attempts: 8 } }]);
      expect(await overview()).toBe(true);
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('Nobody was told that somebody waits'));
    } finally {
      warn.mockRestore();
      await service.close();
    }
  });
});

describe('the settings of the webhook', () => {
  const read = (more: NodeJS.ProcessEnv) => () =>
    readConfig({
      MCP_AUTH_APPROVAL_WEBHOOK_URL: 'https://hooks.example.com/',
      MCP_AUTH_APPROVAL_WEBHOOK_SECRET: SECRET,
      ...more,
    });

  it('are taken as Standard Webhooks writes them', () => {
    expect(read({})().approvalWebhook.target).toEqual({ url: 'https://hooks.example.com/', key });
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['no secret', { MCP_AUTH_APPROVAL_WEBHOOK_SECRET: '' }, 'needs MCP_AUTH_APPROVAL_WEBHOOK_SECRET'],
    ['no URL', { MCP_AUTH_APPROVAL_WEBHOOK_URL: '' }, 'needs MCP_AUTH_APPROVAL_WEBHOOK_URL'],
    ...[
      '127.0.0.1',
      '10.0.0.5',
      '169.254.169.254',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      'a.localhost',
    ].map((host): [string, NodeJS.ProcessEnv, string] => [
      `the address ${host}`,
      { MCP_AUTH_APPROVAL_WEBHOOK_URL: `https://${host}/hook` },
      'must be at a public address',
    ]),
    ['a short key', { MCP_AUTH_APPROVAL_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, 'must be whsec_'],
    [
      'a key without its prefix',
      { MCP_AUTH_APPROVAL_WEBHOOK_SECRET: key.toString('base64') },
      'must be whsec_',
    ],
    ['http', { MCP_AUTH_APPROVAL_WEBHOOK_URL: 'http://hooks.example.com/' }, 'must use https'],
    [
      'a password in it',
      { MCP_AUTH_APPROVAL_WEBHOOK_URL: 'https://a:b@hooks.example.com/' },
      'must be an https URL',
    ],
    ['another scheme', { MCP_AUTH_APPROVAL_WEBHOOK_URL: 'file:///etc/passwd' }, 'must be an https URL'],
  ])('stop the start with %s', (_name, more, words) => {
    expect(read(more)).toThrow(words);
  });
});
