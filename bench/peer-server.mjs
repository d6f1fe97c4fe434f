// oidc-provider in a Nest application on Express, with its rows in PostgreSQL, which the benchmarks fork and talk to by
// messages.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import pg from 'pg';

const { port, issuer, database, clients, resource, format } = JSON.parse(process.argv[2]);

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
}

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider(issuer, {
  adapter: Adapter,
  clients,
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
  routes: { token: '/token' },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
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

const answers = { cpu: () => process.cpuUsage() };
process.on('message', ({ id, ask }) => process.send({ id, answer: answers[ask]() }));
process.send({ id: 0 });
