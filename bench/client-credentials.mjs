// What a token for a service account costs the server, against oidc-provider and a floor: CPU time for each answer, in one run.
// Rounds are interleaved, and ratios are taken within each. oidc-provider stores nothing of a JWT that it issues, so that
// it can take back none; we store the grant and the token.
//   npm run build && DATABASE_URL=… node bench/client-credentials.mjs
// Makes the schema bench_client_credentials, and drops it.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { atOnce, freshIssuer, median, startServer } from './harness.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 500);
const ROUNDS = Number(process.env.ROUNDS ?? 21);

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL that may be written to.');
const schema = 'bench_client_credentials';
const clientId = 'nightly-report';
const clientSecret = randomBytes(32).toString('hex');
const pool = new pg.Pool({ connectionString: url });
const drop = () => pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);

const issuer = freshIssuer();
const resource = `${issuer}/mcp`;
const client = {
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: 'ES256',
};
const peer = (format) =>
  startServer({
    script: 'peer-server.mjs',
    database: { url, schema },
    clients: [client],
    resource,
    format,
  });

await drop();
try {
  const servers = {
    ours: await startServer({
      issuer,
      secret: randomBytes(32).toString('base64'),
      database: { url, schema },
      serviceAccounts: [{ clientId, clientSecret, resources: [resource], scopes: ['tools'] }],
    }),
    'oidc-provider, JWT that is not stored': await peer('jwt'),
    'oidc-provider, opaque token that is stored': await peer('opaque'),
    'floor, one insert and one signature': await startServer({
      script: 'floor-server.mjs',
      database: { url, schema },
    }),
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const secret = { client_id: clientId, client_secret: clientSecret };
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    resource,
    scope: 'tools',
    ...secret,
  }).toString();
  const cpu = async (server) => {
    const before = await server.ask('cpu');
    await atOnce(REQUESTS, async () => {
      const status = await server.post('/token', body, form);
      if (status !== 200) throw new Error(`/token: ${status}`);
    });
    const after = await server.ask('cpu');
    return (after.user + after.system - before.user - before.system) / REQUESTS;
  };
  const results = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (const server of Object.values(servers)) for (let warm = 0; warm < 4; warm++) await cpu(server);
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, server] of Object.entries(servers)) results[name].push(await cpu(server));
  for (const [name, values] of Object.entries(results)) {
    const ratio = median(results.ours.map((ours, round) => ours / values[round]));
    console.log(
      `${name}: ${median(values).toFixed(0)} µs CPU for each answer; ours is ${ratio.toFixed(2)} × that`,
    );
  }
  const {
    'oidc-provider, opaque token that is stored': stored,
    'floor, one insert and one signature': floor,
  } = results;
  const least = median(floor.map((value, round) => value / stored[round]));
  console.log(`The floor is ${least.toFixed(2)} × oidc-provider with an opaque token that is stored.`);
  await Promise.all(Object.values(servers).map((server) => server.stop()));
} finally {
  await drop();
  await pool.end();
}
