import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
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
import type { Role } from '../web/role.js';
import { DEFAULT_KINDS, type Kind } from './import-kinds.js';
import { reportInWords } from './import-report.js';
import { inService } from './in-service.js';
import type { Pairs } from './pair-option.js';

const UNIQUE_VIOLATION = '23505';

export interface MoveOptions {
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

export async function moveFromBetterAuth(options: MoveOptions): Promise<void> {
  const report = await inService(readConfig(process.env), (service) => move(service, options));
  process.stdout.write(reportInWords(report));
}

async function move(service: INestApplicationContext, options: MoveOptions): Promise<BetterAuthReport> {
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
