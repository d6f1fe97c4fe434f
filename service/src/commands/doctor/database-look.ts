import { Clock } from 'nestjs-mcp-auth';
import { type McpStorage, storedIssuer } from 'nestjs-mcp-auth/service-kit';
import { IsNull } from 'typeorm';
import { AuditKeys } from '../../audit/audit-keys.js';
import type { ServiceConfig } from '../../config/service-config.js';
import { isSameIssuer, type OidcProviderConfig } from '../../config/oidc-provider.js';
import { Identity } from '../../people/entities/identity.entity.js';
import { User } from '../../people/entities/user.entity.js';
import { openServiceStorage } from '../open-service-storage.js';
import { type Finding, look } from './finding.js';

/** Seconds by which the clocks may differ before somebody has to know, and from which on nothing is served. */
const [CLOCK_DOUBT, CLOCK_LIMIT] = [1, 30];

/** The database, what it knows of this issuer, and its clock. Writes nothing. */
export function lookAtDatabase(config: ServiceConfig): Promise<Finding[]> {
  return look('Database', async () => {
    const storage = await openServiceStorage(config);
    try {
      return [
        await version(storage),
        await clock(storage),
        ...(await look('Secret', () => secret(storage))),
        await issuer(storage, config.address.issuer),
        await administrator(storage),
        ...(await identities(storage, config.signIn.providers)),
      ];
    } finally {
      await storage.dataSource.destroy();
    }
  });
}

async function version({ dataSource }: McpStorage): Promise<Finding> {
  const [row] = await dataSource.query<{ server_version: string }[]>('SHOW server_version');
  const says = `PostgreSQL ${row?.server_version}, with the schema of this version`;
  return { state: 'well', subject: 'Database', says };
}

async function clock({ dataSource }: McpStorage): Promise<Finding> {
  const asked = Date.now();
  const [row] = await dataSource.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  const lead = ((asked + Date.now()) / 2 - (row?.now.getTime() ?? NaN)) / 1000;
  const distance = Math.abs(lead);
  if (distance < CLOCK_DOUBT) return { state: 'well', subject: 'Clock', says: "agrees with the database's" };
  return {
    state: distance > CLOCK_LIMIT ? 'wrong' : 'doubtful',
    subject: 'Clock',
    says: `is ${distance.toFixed(1)} s ${lead > 0 ? 'ahead of' : 'behind'} the database's: set it right, with NTP for example`,
  };
}

async function secret({ dataSource, secrets }: McpStorage): Promise<Finding[]> {
  const keys = await new AuditKeys(dataSource, secrets, new Clock()).opened();
  const says = keys.length > 0 ? 'opens what the database keeps' : 'is not in use yet: the first start comes';
  return [{ state: 'well', subject: 'Secret', says }];
}

async function issuer({ dataSource }: McpStorage, configured: string): Promise<Finding> {
  const owner = await storedIssuer(dataSource);
  if (owner === null || owner === configured) return { state: 'well', subject: 'Issuer', says: configured };
  const says = `is ${configured}, and the database belongs to ${owner}: set MCP_AUTH_ISSUER to that, or give this one a database of its own`;
  return { state: 'wrong', subject: 'Issuer', says };
}

async function administrator({ dataSource }: McpStorage): Promise<Finding> {
  const enabled = { role: 'administrator', disabledAt: IsNull() } as const;
  return (await dataSource.getRepository(User).existsBy(enabled))
    ? { state: 'well', subject: 'Administrator', says: 'there is one' }
    : {
        state: 'doubtful',
        subject: 'Administrator',
        says: 'there is none: run `nestjs-mcp-auth-service admin create EMAIL`',
      };
}

/** Identities open accounts by the very bytes of their issuer: those of one that is written otherwise now open nothing. */
async function identities(
  { dataSource }: McpStorage,
  providers: readonly Pick<OidcProviderConfig, 'issuer'>[],
): Promise<Finding[]> {
  const stored = await dataSource
    .getRepository(Identity)
    .createQueryBuilder('identity')
    .select('identity.issuer', 'issuer')
    .addSelect('count(*)::int', 'count')
    .groupBy('identity.issuer')
    .orderBy('identity.issuer')
    .getRawMany<{ issuer: string; count: number }>();
  const configured = providers.map(({ issuer }) => issuer);
  return stored
    .filter(({ issuer }) => !configured.includes(issuer))
    .map(({ issuer, count }) => {
      const near = configured.find((one) => isSameIssuer(one, issuer));
      const says =
        near === undefined
          ? `${issuer} is no provider any more, and ${count} identities there open no account`
          : `${near} is configured, and ${count} identities are stored under ${issuer}, which open no account: configure exactly that`;
      return { state: 'doubtful', subject: 'Identities', says };
    });
}
