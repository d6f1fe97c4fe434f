import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import {
  Clock,
  MCP_AUTH_CONNECTION,
  McpAuthModule,
  McpClients,
  McpHealth,
  McpResources,
  McpRevocations,
  McpSigningKeys,
} from '../../src/index.js';
import { Housekeeping } from '../../src/tokens/housekeeping.js';
import { KeyRotation } from '../../src/tokens/key-rotation.js';
import { OptionsInForce } from '../../src/wiring/options-in-force.js';
import { TestClock } from './clock.js';
import { newDataDir } from './data-dir.js';
import { freePort } from './free-port.js';
import { filesController, McpController, SignInController, LeavingAccounts, TestAccounts } from './host.js';
import { dropSchema, newSchema, postgresUrl } from './postgres.js';
import type { ServiceOptions, TestService } from './test-service.js';
export { postgresUrl } from './postgres.js';

export type { ServiceOptions, TestService } from './test-service.js';

/** The resource server of `resource`. */
export const INTROSPECTION = {
  clientId: 'notes-server',
  clientSecret: 'a secret of the notes server, long enough',
};

/** The resource server of `remoteResource`. */
export const REMOTE_INTROSPECTION = {
  clientId: 'remote-server',
  clientSecret: 'a secret of the remote server, long enough',
};

/** The resource server of `secondResource`, where something is delegated. */
export const FILES_INTROSPECTION = {
  clientId: 'files-server',
  clientSecret: 'a secret of the files server, long enough',
};

let messages = 0;
const query = Reflect.get(pg.Client.prototype, 'query');
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  messages += 1;
  return Reflect.apply(query, this, args) as unknown;
} as typeof query;

/** The module's own. */
export const dataSourceOf = ({ application }: Pick<TestService, 'application'>) =>
  application.get<DataSource>(getDataSourceToken(MCP_AUTH_CONNECTION));

/** Messages sent to databases by this process so far. */
export const statementsSoFar = () => messages;

async function newDatabase(embedded: boolean): Promise<TestService['database']> {
  const schema = newSchema();
  if (postgresUrl && !embedded) return { url: postgresUrl, schema };
  return { dataDir: await newDataDir(), schema };
}

/** Boots the library in a small host application, listening on a port of its own. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  const { instanceOf, controllers = [] } = options;
  const port = options.port ?? (await freePort());
  const origin = `http://localhost:${port}`;
  const issuer = instanceOf?.issuer ?? `${origin}${options.issuerPath ?? ''}`;
  const base = new URL(issuer).origin;
  const [resource, secondResource] = [`${base}/mcp`, `${base}/files`];
  const clock = options.clock ?? instanceOf?.clock ?? new TestClock();
  const database = {
    ...(instanceOf?.database ?? (await newDatabase(options.embedded ?? false))),
    ...(options.databaseUrl !== undefined && { url: options.databaseUrl }),
  };
  const registrationToken = instanceOf?.registrationToken ?? randomBytes(24).toString('base64url');
  const secret = instanceOf?.secret ?? randomBytes(32).toString('base64');

  @Module({
    imports: [
      McpAuthModule.forRoot({
        issuer,
        loginPage: '/sign-in',
        resource: [
          {
            identifier: resource,
            name: 'Notes',
            scopes: {
              'notes:read': 'Read your notes',
              'notes:write': 'Write notes',
              'notes:admin': 'Do all with notes',
            },
            challengeScopes: ['notes:read'],
            introspection: options.introspection ?? INTROSPECTION,
          },
          {
            identifier: secondResource,
            name: 'Files',
            scopes: { 'files:read': 'Read your files', ...options.moreFileScopes },
            ...(options.delegations && { introspection: FILES_INTROSPECTION }),
          },
          ...(options.remoteResource
            ? [
                {
                  identifier: options.remoteResource,
                  scopes: { 'tools:use': 'Use tools', 'tools:other': 'Use others' },
                  challengeScopes: ['tools:use'],
                  introspection: REMOTE_INTROSPECTION,
                },
              ]
            : []),
        ],
        scopeHierarchy: { 'notes:admin': ['notes:write'], 'notes:write': ['notes:read'] },
        oidcConfig: options.oidcConfig,
        signing: options.signing,
        trustedIssuers: options.trustedIssuers,
        workloads: options.workloads,
        clients: options.clients,
        linkedServers: options.linkedServers,
        identityAssertions: options.identityAssertions?.({ resource, secondResource }),
        serviceAccounts: options.serviceAccounts?.({ resource, secondResource }),
        delegations: options.delegations?.({ resource, secondResource }),
        delegationDepth: options.delegationDepth,
        registration: {
          mode: options.registration ?? 'open',
          initialAccessToken: registrationToken,
          management: options.registrationManagement,
        },
        clientIdMetadataDocuments: options.clientDocuments ?? { allowLoopback: true },
        deviceAuthorization: options.deviceAuthorization,
        requirePushedAuthorizationRequests: options.requirePushedAuthorizationRequests,
        tokenEndpointAudience: options.tokenEndpointAudience,
        trustProxy: options.trustProxy,
        rateLimit: options.rateLimit ?? false,
        dpop: options.dpop,
        database: { ...database, poolSize: 10 },
        secret: options.secret ?? secret,
        clock,
        accounts: options.endsSignIns ? LeavingAccounts : TestAccounts,
        claims: options.claims,
        policy: options.policy,
        audit: options.audit,
        auditCalls: options.auditCalls,
        rateLimiter: options.rateLimiter,
      }),
    ],
    controllers: [SignInController, McpController, filesController(secondResource), ...controllers],
    providers: [
      options.endsSignIns ? LeavingAccounts : TestAccounts,
      ...(options.endsSignIns ? [{ provide: TestAccounts, useExisting: LeavingAccounts }] : []),
      ...[options.claims, options.policy, options.audit, options.rateLimiter].filter(
        (provider) => provider !== undefined,
      ),
      { provide: Clock, useValue: clock },
    ],
  })
  class HostModule {}

  const platform = options.fastify ? new FastifyAdapter(options.fastify) : new ExpressAdapter();
  const application = await NestFactory.create(HostModule, platform, { logger: false, abortOnError: false });
  await application.listen(port, '127.0.0.1');
  await application.get(OptionsInForce, { strict: false }).write();
  const accounts = application.get(TestAccounts);
  accounts.remember = options.rememberSignIn ?? true;
  const dataSource = dataSourceOf({ application });
  const change = (id: string, changes: { disabled?: boolean; name?: string }) => {
    const account = accounts.people.get(id);
    if (account) accounts.people.set(id, { ...account, ...changes });
  };

  const service: TestService = {
    issuer,
    origin,
    resource,
    secondResource,
    clock,
    database,
    secret,
    registrationToken,
    revocations: application.get(McpRevocations),
    clients: application.get(McpClients),
    resources: application.get(McpResources),
    health: application.get(McpHealth),
    accounts: {
      alice: 'alice',
      bob: 'bob',
      disable: (id) => change(id, { disabled: true }),
      enable: (id) => change(id, { disabled: false }),
      rename: (id, name) => change(id, { name }),
    },
    sql: async (text, values) => {
      const runner = dataSource.createQueryRunner();
      try {
        await runner.query(`SET search_path TO "${database.schema}"`);
        return await runner.query(text, values);
      } finally {
        await runner.release();
      }
    },
    snapshot: async () => {
      const tables = dataSource.entityMetadatas.map(({ tableName }) => tableName);
      const counts = tables.map((name) => `SELECT '${name}' AS name, count(*)::int AS count FROM "${name}"`);
      const rows = await service.sql<{ name: string; count: number }>(counts.join(' UNION ALL '));
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },
    statements: statementsSoFar,
    schemaDrift: async () =>
      (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query: text }) => text),
    prune: () => application.get(Housekeeping, { strict: false }).round(),
    tendKeys: () => application.get(KeyRotation, { strict: false }).round(),
    signingKeys: application.get(McpSigningKeys),
    application,
    close: async () => {
      await application.close();
      if (instanceOf) return;
      if (database.url) await dropSchema(database.schema);
      else if (database.dataDir) await rm(database.dataDir, { recursive: true, force: true });
    },
  };
  return service;
}

/** Two instances on one database. The embedded database has room for one, which then is both. */
export async function startReplicas(options: ServiceOptions = {}) {
  const first = await startService(options);
  const second = first.database.url ? await startService({ ...options, instanceOf: first }) : first;
  const close = async () => {
    if (second !== first) await second.close();
    await first.close();
  };
  return { first, second, close };
}
