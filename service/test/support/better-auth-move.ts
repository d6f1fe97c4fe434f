import { randomBytes } from 'node:crypto';
import {
  type BetterAuthApplication,
  betterAuthApplication,
  type BetterAuthFixture,
} from '../../../test/support/better-auth.js';
import { freePort } from '../../../test/support/free-port.js';
import { newDatabase } from '../../../test/support/postgres.js';
import { type CommandEnd, runCommand, runHere } from './run-command.js';
import { type Standalone, startStandalone } from './standalone.js';

/** An application of Better Auth, and a service that its people and clients move to. */
export interface Move {
  old: BetterAuthApplication;
  service: Standalone;
  /** Of the service, and of its commands. */
  environment: NodeJS.ProcessEnv;
  /** `import better-auth` with these words, of this application unless they name another. */
  run(...words: string[]): Promise<CommandEnd>;
  /** The same, in this process. */
  say(...words: string[]): Promise<CommandEnd>;
  /** As `run`, of clients and tokens too, with the scope of the example. */
  move(...words: string[]): Promise<CommandEnd>;
  /** Everything that an import writes. */
  rows(): Promise<string>;
  close(): Promise<void>;
}

const ALL = 'people,clients,consents,refresh-tokens';
const TABLES = [
  'user',
  'account',
  'identity',
  'oauthApplication',
  'oauthConsent',
  'oauthGrant',
  'oauthAccessToken',
  'oauthResource',
  'oauthImport',
];

/** @param change what is changed in the old database first. */
export async function startMove(
  fixture: BetterAuthFixture,
  change = '',
  environment: NodeJS.ProcessEnv = {},
): Promise<Move> {
  const old = await betterAuthApplication(fixture);
  const database = await newDatabase();
  const given = {
    PORT: String(await freePort()),
    DATABASE_URL: database.url,
    MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    ...environment,
  };
  const service = await startStandalone(given, false);
  if (old.resource)
    for (const table of ['oauthRefreshToken', 'oauthConsent'])
      await old.sql(
        `UPDATE "${table}" SET "resources" = $1, "scopes" = replace("scopes"::text, 'notes:read', 'mcp:tools')::jsonb`,
        [JSON.stringify([service.mcpUrl])],
      );
  if (change) await old.sql(change);
  const secret = old.secret && { BETTER_AUTH_SECRET: old.secret };
  const by =
    (start: typeof runCommand) =>
    (...words: string[]) => {
      const from = words.includes('--from') ? [] : ['--from', old.url];
      return start({ ...given, ...secret }, ['import', 'better-auth', ...from, ...words]);
    };
  const run = by(runCommand);
  const scopes = old.resource ? [] : ['--scopes', 'mcp:tools'];
  return {
    old,
    service,
    environment: given,
    run,
    say: by(runHere),
    move: (...words) => run('--take', ALL, ...scopes, ...words),
    rows: async () => {
      const all = TABLES.map((table) =>
        service.dataSource.query<object[]>(`SELECT t.* FROM mcp_auth."${table}" t ORDER BY t::text`),
      );
      return JSON.stringify(await Promise.all(all));
    },
    close: async () => {
      await service.close();
      await old.drop();
      await database.drop();
    },
  };
}

/** What a report says of a kind: how many are taken, are here, and are left. */
export function counted({ output }: CommandEnd, kind: string): number[] {
  const line = output.split('\n').find((each) => each.startsWith(`${kind} `)) ?? '';
  return line.slice(kind.length).trim().split(/\s+/).map(Number);
}
