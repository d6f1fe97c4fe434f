import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import {
  BetterAuthDatabase,
  type BetterAuthImportOptions,
  type BetterAuthReport,
  importBetterAuth as importFrom,
  type StoredSecrets,
} from 'nestjs-mcp-auth/better-auth';
import { type DataSource, QueryFailedError } from 'typeorm';
import { AuditTrail } from '../audit/audit-trail.js';
import { readConfig } from '../config/service-config.js';
import { PeopleImports } from '../people/people-import.js';
import { type Role, ROLES } from '../web/roles.js';
import { reportInWords } from './import-report.js';
import { inService } from './in-service.js';
import { addPair, addRole, type Pairs } from './pair-option.js';

const KINDS = ['people', 'clients', 'consents', 'refresh-tokens', 'resources'] as const;
type Kind = (typeof KINDS)[number];
const DEFAULT_KINDS: readonly Kind[] = ['people', 'clients', 'consents'];
const STORED_SECRETS: readonly StoredSecrets[] = ['plain', 'hashed', 'encrypted'];
const UNIQUE_VIOLATION = '23505';

interface Options {
  from: string;
  schema?: string;
  table?: Pairs;
  column?: Pairs;
  take?: readonly Kind[];
  resource?: string;
  scopes?: string[];
  clientSecrets?: StoredSecrets;
  role?: ReadonlyMap<string, Role>;
  provider?: Pairs;
  apply?: true;
}

/** Takes over what an application with Better Auth has. */
export function importBetterAuth(): Command {
  return new Command('better-auth')
    .description('Takes over a database of Better Auth 1.3 to 1.7; without --apply it says what it would do.')
    .requiredOption('--from <url>', 'its PostgreSQL database; the password may come from PGPASSWORD')
    .option('--take <kinds>', `some of ${KINDS.join(', ')}; default: ${DEFAULT_KINDS.join(',')}`, readKinds)
    .option('--resource <identifier>', 'MCP server of the clients of 1.3 to 1.6; default: the only one')
    .option('--scopes <scopes>', 'of that server, which those clients get there; default: none', readScopes)
    .option(
      '--role <theirs=ours>',
      `what a role there is here: ${ROLES.join(', ')}, such as admin=administrator; default: member; may be repeated`,
      addRole,
    )
    .option('--provider <theirs=issuer>', 'which provider there is which here; may be repeated', addPair)
    .option('--schema <name>', 'of its tables; default: as the role of the URL finds them')
    .option('--table <model=name>', 'a table that is called otherwise; may be repeated', addPair)
    .option('--column <model.property=name>', 'a column that is called otherwise; may be repeated', addPair)
    .addOption(
      new Option(
        '--client-secrets <how>',
        'how secrets of clients are stored; default: as they look',
      ).choices(STORED_SECRETS),
    )
    .option('--apply', 'writes it, in one transaction; stop the old application first')
    .action(async (options: Options) => {
      const config = readConfig(process.env);
      const report = await inService(config, (service) => move(service, options));
      process.stdout.write(reportInWords(report));
    });
}

async function move(service: INestApplicationContext, options: Options): Promise<BetterAuthReport> {
  const { take = DEFAULT_KINDS, role: roles = new Map(), provider: issuers = new Map() } = options;
  const isWanted = take.includes('people');
  const chosen: BetterAuthImportOptions = {
    people: service.get(PeopleImports).with({ isWanted, roles, issuers }),
    resource: options.resource,
    scopes: options.scopes,
    clients: take.includes('clients'),
    consents: take.includes('consents'),
    refreshTokens: take.includes('refresh-tokens'),
    resources: take.includes('resources'),
    clientSecrets: options.clientSecrets,
    secret: process.env['BETTER_AUTH_SECRET'],
    secrets: process.env['BETTER_AUTH_SECRETS'],
  };
  const from = await BetterAuthDatabase.open({
    url: options.from,
    schema: options.schema,
    tables: Object.fromEntries(options.table ?? []),
    columns: Object.fromEntries(options.column ?? []),
  });
  try {
    return options.apply ? await apply(service, from, chosen) : await importFrom(service, from, chosen);
  } finally {
    await from.close();
  }
}

/** All of it with its event of the audit, or nothing. */
async function apply(
  service: INestApplicationContext,
  from: BetterAuthDatabase,
  options: BetterAuthImportOptions,
): Promise<BetterAuthReport> {
  const dataSource = service.get<DataSource>(getDataSourceToken(MCP_AUTH_CONNECTION), { strict: false });
  try {
    return await dataSource.transaction(async (transaction) => {
      const report = await importFrom(service, from, { ...options, transaction });
      const detail = { by: 'command', from: 'better-auth', ...report.taken };
      await service.get(AuditTrail).commit({ action: 'import', outcome: 'success', detail }, transaction);
      return report;
    });
  } catch (error) {
    if (error instanceof QueryFailedError && (error as { code?: string }).code === UNIQUE_VIOLATION)
      throw new Error(
        'Somebody has made one of these accounts or clients meanwhile: nothing is written, run it again.',
        {
          cause: error,
        },
      );
    throw error;
  }
}

function readKinds(text: string): Kind[] {
  const given = text.split(',').map((kind) => kind.trim());
  const unknown = given.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined) throw new InvalidArgumentError(`It must be some of ${KINDS.join(',')}.`);
  return given as Kind[];
}

function readScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
