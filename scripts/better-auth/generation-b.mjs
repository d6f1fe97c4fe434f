// The application of somebody who uses the successor (1.7), and what people have done with it.
import { mcp } from '@better-auth/mcp';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { jwt, twoFactor } from 'better-auth/plugins';
import pg from 'pg';
import { Client, challenge, VERIFIER } from './oauth-steps.mjs';

const BASE = 'http://localhost:3000';
const CALLBACK = 'https://client.example/callback';
const RESOURCE = 'http://localhost:3000/mcp';
const SCOPES = 'openid profile email offline_access notes:read';

const options = {
  baseURL: BASE,
  secret: 'another old secret of the application, long enough for anybody',
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  advanced: { database: { generateId: 'uuid' } },
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  plugins: [
    jwt(),
    twoFactor(),
    mcp({
      loginPage: '/sign-in',
      consentPage: '/consent',
      resource: RESOURCE,
      resources: [{ identifier: 'http://localhost:3000/reports', name: 'Reports', accessTokenTtl: 600 }],
      scopes: SCOPES.split(' '),
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
    }),
  ],
};

await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const { adapter } = await auth.$context;
const http = new Client(auth.handler, `${BASE}/api/auth`);

const people = {};
for (const [name, password] of [
  ['ada', 'correct horse battery staple'],
  ['grace', 'another password of a person'],
]) {
  const email = `${name}@example.com`;
  const { user } = await http.json('/sign-up/email', { name, email, password });
  people[name] = { id: user.id, email, password };
}

const register = (client_name, token_endpoint_auth_method, more = {}) =>
  http.json('/oauth2/register', {
    client_name,
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method,
    grant_types: ['authorization_code', 'refresh_token'],
    ...more,
  });
const clients = {
  public: await register('Public client', 'none'),
  hashed: await register('Confidential client', 'client_secret_basic'),
  document: { client_id: 'https://client.example/metadata.json' },
  service: { client_id: 'service-account' },
};
const now = new Date();
const times = { createdAt: now, updatedAt: now };
await adapter.create({
  model: 'oauthClient',
  data: {
    clientId: clients.document.client_id,
    clientDiscoveryId: 'cimd',
    name: 'Client with a document',
    redirectUris: [CALLBACK],
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    ...times,
  },
});
await adapter.create({
  model: 'oauthClient',
  data: {
    clientId: clients.service.client_id,
    clientSecret: 'x'.repeat(43),
    name: 'Client that acts for itself',
    redirectUris: [],
    tokenEndpointAuthMethod: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    clientCredentialsScopes: ['notes:read'],
    ...times,
  },
});

const credentials = ({ client_id, client_secret }) =>
  client_secret && {
    authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
  };

/** Tokens for a client, after the consent page. */
async function connect({ email, password }, client) {
  const cookie = await http.signIn(email, password);
  const request = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    scope: SCOPES,
    state: 'state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: RESOURCE,
  };
  let target = await http.redirect(`/oauth2/authorize?${new URLSearchParams(request)}`, cookie);
  if (target.pathname === '/consent') {
    const oauth_query = target.search.slice(1);
    const { url } = await http.json('/oauth2/consent', { accept: true, oauth_query }, cookie);
    target = new URL(url);
  }
  return exchange(client, {
    grant_type: 'authorization_code',
    code: target.searchParams.get('code'),
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
}

const exchange = (client, fields) =>
  http.form(
    '/oauth2/token',
    { ...fields, resource: RESOURCE, ...(!client.client_secret && { client_id: client.client_id }) },
    credentials(client),
  );

const first = await connect(people.ada, clients.public);
const tokens = {
  rotated: first,
  public: await exchange(clients.public, {
    grant_type: 'refresh_token',
    refresh_token: first.refresh_token,
  }),
  hashed: await connect(people.grace, clients.hashed),
};
// What somebody has consented to whose client publishes a document.
await adapter.create({
  model: 'oauthConsent',
  data: {
    clientId: clients.document.client_id,
    userId: people.ada.id,
    resources: [RESOURCE],
    scopes: SCOPES.split(' '),
    ...times,
  },
});
await options.database.end();
const refreshTokens = Object.fromEntries(
  Object.entries(tokens).map(([name, { refresh_token }]) => [name, refresh_token]),
);
console.log(
  JSON.stringify({ resource: RESOURCE, people, clients, refreshTokens, madeAt: new Date() }, null, 2),
);
