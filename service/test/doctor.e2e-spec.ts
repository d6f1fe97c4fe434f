import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../src/commands/doctor/finding.js';
import { lookAtDatabase } from '../src/commands/doctor/database-look.js';
import { readConfig } from '../src/config/service-config.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';

const run = promisify(execFile);
const LOOK = join(import.meta.dirname, '../dist/commands/doctor/https-look.js');
/** Looks at addresses as a process that trusts the certificates of a file. */
const PROGRAM = `
  const { lookAtCertificate } = await import(process.argv[1]);
  const looks = process.argv.slice(2).map((address) => lookAtCertificate('Certificate', address));
  process.stdout.write(JSON.stringify((await Promise.all(looks)).flat()));
`;

describe('the look of the doctor at a certificate', () => {
  let folder: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-doctor-'));
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const portOf = (server: Server) =>
    new Promise<number>((resolve) => {
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  /** A server with a certificate of its own for `localhost`: where it listens, and the file of the certificate. */
  const serve = async (name: string, days: number) => {
    const [key, cert] = ['key', 'cert'].map((part) => join(folder, `${name}-${part}.pem`));
    if (!key || !cert) throw new Error('No files.');
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost'];
    const files = ['-keyout', key, '-out', cert, '-days', String(days)];
    await run('openssl', ['req', '-x509', ...made, '-addext', 'subjectAltName=DNS:localhost', ...files]);
    const options = { key: await readFile(key), cert: await readFile(cert) };
    const server = createServer(options, (socket) => socket.on('error', () => undefined).end());
    server.on('tlsClientError', () => undefined);
    return { port: await portOf(server), cert };
  };

  it('says how long it is good, and what is wrong with one that nobody should trust', async () => {
    const [good, late, foreign] = [
      await serve('good', 90),
      await serve('late', 5),
      await serve('foreign', 90),
    ];
    const silent = await portOf(createTcpServer());
    const closed = createTcpServer();
    const nobody = await portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const trusted = join(folder, 'trusted.pem');
    await writeFile(trusted, (await readFile(good.cert, 'utf8')) + (await readFile(late.cert, 'utf8')));
    const addresses = [
      `https://localhost:${good.port}/auth`,
      `https://localhost:${late.port}`,
      `https://localhost:${foreign.port}`,
      `https://127.0.0.1:${good.port}`,
      `https://localhost:${silent}`,
      `https://localhost:${nobody}`,
      'http://localhost:1',
    ];
    const words = ['--input-type=module', '-e', PROGRAM, LOOK, ...addresses];
    const { stdout } = await run(process.execPath, words, {
      env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: trusted },
    });
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 8);
    expect((JSON.parse(stdout) as Finding[]).map(({ state, says }) => [state, says])).toEqual([
      ['well', expect.stringContaining(`of localhost is good until ${day(90)}`)],
      ['doubtful', expect.stringMatching(/^of localhost is good until .*, for [45] days: renew it$/)],
      ['wrong', expect.stringMatching(/self-signed certificate/)],
      ['wrong', expect.stringMatching(/IP: 127\.0\.0\.1 is not in the cert's list/)],
      ['wrong', `localhost:${silent} does not answer.`],
      ['wrong', expect.stringContaining('ECONNREFUSED')],
    ]);
  }, 30_000);
});

describe.skipIf(!postgresUrl)('the look of the doctor at identities', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    database = await newDatabase();
    environment = { DATABASE_URL: database.url, MCP_AUTH_SECRET: randomBytes(32).toString('base64') };
    federated = await startFederatedService(environment);
    await new FederatedPerson(federated.service, federated.provider).signIn(GRACE);
  }, 60_000);
  afterAll(async () => {
    await federated.close();
    await database.drop();
  });

  it.each([
    ['as it is', (issuer: string) => issuer, null],
    ['with a slash', (issuer: string) => `${issuer}/`, 'configure exactly that'],
    ['in capitals', (issuer: string) => issuer.replace('http', 'HTTP'), 'configure exactly that'],
    ['of another', () => 'https://idp.example.com', 'is no provider any more, and 1 identities there'],
  ])('tells of those that an issuer which is configured %s no longer opens', async (_, write, words) => {
    const { issuer } = federated.provider;
    const found = await lookAtDatabase(
      readConfig({
        ...environment,
        MCP_AUTH_ISSUER: federated.service.issuer,
        MCP_AUTH_OIDC_ISSUER: write(issuer),
        MCP_AUTH_OIDC_CLIENT_ID: 'service',
        MCP_AUTH_OIDC_CLIENT_SECRET: 'secret',
      }),
    );
    const about = found.filter(({ subject }) => subject === 'Identities');
    expect(about.map(({ state, says }) => [state, says])).toEqual(
      words === null ? [] : [['doubtful', expect.stringContaining(words)]],
    );
    if (words) expect(about[0]?.says).toContain(issuer);
  });
});
