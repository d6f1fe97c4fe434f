import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { FirstAdministrator } from '../../src/people/first-administrator.js';
import { Users } from '../../src/people/users.js';
import { readConfig } from '../../src/config/service-config.js';
import { User } from '../../src/people/entities/user.entity.js';
import { startService } from '../../src/start-service.js';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { OptionsInForce } from '../../../src/wiring/options-in-force.js';
import { freePort } from '../../../test/support/free-port.js';
import { Browser, type BrowserResponse } from '../../../test/support/browser.js';
import { TestClock } from '../../../test/support/clock.js';
import { newDatabase, postgresUrl } from '../../../test/support/postgres.js';

export const PASSWORD = 'correct horse battery';
export const ADMINISTRATOR = { email: 'ada@example.com', password: PASSWORD };

export interface Standalone {
  issuer: string;
  /** Where this instance listens; differs from the issuer for a second replica. */
  origin: string;
  mcpUrl: string;
  clock: TestClock;
  administrators: FirstAdministrator;
  dataSource: DataSource;
  application: INestApplicationContext;
  /** Adds a member who signs in with `PASSWORD`. */
  addMember(email: string, groups: string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * The stand-alone service, with one administrator unless the environment says otherwise: on a database of its own where
 * there is a PostgreSQL, which starts sooner, or on the embedded one when MCP_AUTH_DATA_DIR is given.
 */
export async function startStandalone(
  environment: NodeJS.ProcessEnv = {},
  administrator = true,
  clock = new TestClock(),
): Promise<Standalone> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-service-'));
  const isPlaced = 'DATABASE_URL' in environment || 'MCP_AUTH_DATA_DIR' in environment;
  const database = postgresUrl && !isPlaced ? await newDatabase() : null;
  const config = readConfig({
    PORT: String(port),
    MCP_AUTH_DATA_DIR: dataDir,
    ...(database && { DATABASE_URL: database.url, MCP_AUTH_SECRET: randomBytes(32).toString('base64') }),
    MCP_AUTH_RATE_LIMIT: 'off',
    MCP_AUTH_LOG_LEVEL: 'silent',
    ...environment,
  });
  const application = await startService(config, clock);
  // A first start makes its keys once it listens.
  await application.get(OptionsInForce, { strict: false }).write();
  const dataSource = application.get<DataSource>(getDataSourceToken(MCP_AUTH_CONNECTION));
  const administrators = application.get(FirstAdministrator);
  if (administrator) await administrators.create({ ...ADMINISTRATOR, name: 'Ada' });
  return {
    issuer: config.address.issuer,
    origin: `http://localhost:${config.port}`,
    mcpUrl: config.example.mcpUrl,
    clock,
    administrators,
    dataSource,
    application,
    addMember: async (email, groups) => {
      const user = { name: email.split('@', 1)[0] ?? '', email, password: PASSWORD, role: 'member' as const };
      const { id } = await application.get(Users).add(user, dataSource.manager);
      await dataSource.getRepository(User).update({ id }, { groups });
      return id;
    },
    close: async () => {
      await application.close();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Fills the sign-in page. */
export function fillSignIn(browser: Browser, page: BrowserResponse, email: string, password: string) {
  const values: Record<string, string> = { email, password };
  const [body = page.body] = /<form[^>]*action="[^"]*\/sign-in"[^]*?<\/form>/.exec(page.body) ?? [];
  return browser.submit({ ...page, body }, undefined, (fields) =>
    fields.map(([name, value]) => [name, values[name] ?? value]),
  );
}

/** What a person does with the authorization URL a client opens: sign in, allow, and come back with the parameters. */
export async function authorizeAsPerson(
  authorizationUrl: string,
  browser = new Browser(),
  person = ADMINISTRATOR,
): Promise<{ url: string; parameters: URLSearchParams; pages: BrowserResponse[] }> {
  const { origin } = new URL(authorizationUrl);
  const pages: BrowserResponse[] = [];
  let page = await browser.follow(await browser.get(authorizationUrl), origin);
  if (page.url.includes('/sign-in')) {
    pages.push(page);
    const signedIn = await fillSignIn(browser, page, person.email, person.password);
    page = await browser.follow(signedIn, origin);
  }
  if (page.status === 200) {
    pages.push(page);
    page = await browser.follow(await browser.submit(page, ['decision', 'approve']), origin);
  }
  const url = page.headers.get('location');
  if (url === null)
    throw new Error(`The person got no further than ${page.url}: ${page.status} ${page.body}`);
  return { url, parameters: new URL(url).searchParams, pages };
}
