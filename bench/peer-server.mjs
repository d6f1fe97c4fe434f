// oidc-provider in a Nest application on Express, with its rows in PostgreSQL, which the benchmarks fork and talk to by
// messages.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import pg from 'pg';

const { port, issuer, database, clients, resource, format, people } = JSON.parse(process.argv[2]);

const pool = new pg.Pool({ connectionString: database.url, max: 10 });
const table = `${database.schema}.oidc`;
await pool.query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
await pool.query(
  `CREATE TABLE IF NOT EXISTS ${table} (model text, id text, payload jsonb, "grantId" text, "expiresAt" timestamptz,
    PRIMARY KEY (model, id))`,
);

/** What its documentation asks of an adapter, as far as it is used here; one prepared statement each. */
class Adapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    await pool.query({
      name: 'upsert',
      text: `INSERT INTO ${table} VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second')
        ON CONFLICT (model, id) DO UPDATE SET payload = EXCLUDED.payload, "expiresAt" = EXCLUDED."expiresAt"`,
      values: [this.model, id, payload, payload.grantId ?? null, expiresIn ?? null],
    });
  }

  async find(id) {
    const text = `SELECT payload FROM ${table} WHERE model = $1 AND id = $2`;
    const { rows } = await pool.query({ name: 'find', text, values: [this.model, id] });
    return rows[0]?.payload;
  }

  async findByUid(uid) {
    const text = `SELECT payload FROM ${table} WHERE model = $1 AND payload->>'uid' = $2`;
    const { rows } = await pool.query({ name: 'uid', text, values: [this.model, uid] });
    return rows[0]?.payload;
  }

  async consume(id) {
    const text = `UPDATE ${table} SET payload = jsonb_set(payload, '{consumed}', to_jsonb(extract(epoch from now())::int))
      WHERE model = $1 AND id = $2`;
    await pool.query({ name: 'consume', text, values: [this.model, id] });
  }

  async destroy(id) {
    const text = `DELETE FROM ${table} WHERE model = $1 AND id = $2`;
    await pool.query({ name: 'destroy', text, values: [this.model, id] });
  }

  async revokeByGrantId(grantId) {
    await pool.query({
      name: 'revoke',
      text: `DELETE FROM ${table} WHERE "grantId" = $1`,
      values: [grantId],
    });
  }
}

await pool.query(`CREATE INDEX IF NOT EXISTS oidc_grant ON ${table} ("grantId")`);
await pool.query(`CREATE INDEX IF NOT EXISTS oidc_uid ON ${table} (model, (payload->>'uid'))`);
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider(issuer, {
  adapter: Adapter,
  clients,
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
  routes: {
    token: '/token',
    authorization: '/authorize',
    registration: '/register',
    introspection: '/introspect',
  },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: ['bench'] },
  scopes: ['openid', 'tools'],
  ...(people && { issueRefreshToken: () => true }),
  features: {
    devInteractions: { enabled: people === true },
    registration: { enabled: true },
    introspection: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'tools',
        audience: resource,
        accessTokenFormat: format,
        ...(format === 'jwt' && { jwt: { sign: { alg: 'ES256' } } }),
      }),
    },
  },
});

class PeerModule {}
Module({})(PeerModule);
const application = await NestFactory.create(PeerModule, { logger: false, bodyParser: false });
application.use(provider.callback());
await application.listen(port, '127.0.0.1');

const answers = { cpu: () => process.cpuUsage(), memory: () => process.memoryUsage().rss };
process.on('message', ({ id, ask }) => process.send({ id, answer: answers[ask]() }));
process.send({ id: 0 });
