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

/** So many days from now, with so many characters. */
const day = (days: number, length: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, length);

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
  /** A server with a certificate of its own for `localhost`, good between two days: where it listens, and its file. */
  const serve = async (name: string, from: number, to: number) => {
    const file = (part: string) => join(folder, `${name}-${part}`);
    const [key, request, cert] = [file('key.pem'), file('request.pem'), file('cert.pem')];
    await writeFile(file('index'), '');
    await writeFile(file('serial'), '01');
    await writeFile(
      file('ca.cnf'),
      `[ca]\ndefault_ca = own\n[own]\ndatabase = ${file('index')}\nserial = ${file('serial')}\n` +
        `new_certs_dir = ${folder}\ndefault_md = sha256\npolicy = names\ncopy_extensions = copy\n` +
        `[names]\ncommonName = supplied\n`,
    );
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`];
    const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', request];
    await run('openssl', ['req', '-new', ...kind, ...names]);
    const time = (days: number) => `${day(days, 19).replaceAll(/[-:T]/g, '')}Z`;
    const dates = ['-startdate', time(from), '-enddate', time(to)];
    const signed = ['-in', request, '-keyfile', key, '-out', cert, '-notext', '-config', file('ca.cnf')];
    await run('openssl', ['ca', '-selfsign', '-batch', ...dates, ...signed]);
    const options = { key: await readFile(key), cert: await readFile(cert) };
    const server = createServer(options, (socket) => socket.on('error', () => undefined).end());
    server.on('tlsClientError', () => undefined);
    return { port: await portOf(server), cert };
  };

  it('says how long it is good, and what is wrong with one that nobody should trust', async () => {
    const [good, soon, late, expired, early] = [
      await serve('good', -1, 90),
      await serve('soon', -1, 15.5),
      await serve('late', -1, 5.5),
      await serve('expired', -90, -1),
      await serve('early', 1, 90),
    ];
    const foreign = await serve('foreign', -1, 90);
    const silent = await portOf(createTcpServer());
    const closed = createTcpServer();
    const nobody = await portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const trusted = join(folder, 'trusted.pem');
    const ours = [good, soon, late, expired, early].map(({ cert }) => readFile(cert, 'utf8'));
    await writeFile(trusted, (await Promise.all(ours)).join(''));
    const addresses = [
      `https://localhost:${good.port}/auth`,
      ...[soon, late, expired, early].map(({ port }) => `https://localhost:${port}`),
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
    expect((JSON.parse(stdout) as Finding[]).map(({ state, says }) => [state, says])).toEqual([
      ['well', `of localhost is good until ${day(90, 10)}`],
      ['well', `of localhost is good until ${day(15.5, 10)}`],
      ['doubtful', `of localhost is good until ${day(5.5, 10)}, for 5 days: renew it`],
      ['wrong', 'certificate has expired'],
      ['wrong', 'certificate is not yet valid'],
      ['wrong', expect.stringMatching(/self-signed certificate/)],
      ['wrong', expect.stringMatching(/IP: 127\.0\.0\.1 is not in the cert's list/)],
      ['wrong', `localhost:${silent} does not answer.`],
      ['wrong', expect.stringContaining('ECONNREFUSED')],
    ]);
  });
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
  });
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
