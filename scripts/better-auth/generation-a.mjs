// The application of somebody who uses Better Auth's first MCP plugin (1.6), and what people have done with it.
import { betterAuth } from 'better-auth';
import { symmetricEncrypt } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import { admin, mcp } from 'better-auth/plugins';
import pg from 'pg';
import { Client, challenge, hash, VERIFIER } from './oauth-steps.mjs';

const BASE = 'http://localhost:3000';
const SECRET = 'an old secret of the application, long enough for anybody';
const CALLBACK = 'https://client.example/callback';
const SCOPES = 'openid profile email offline_access';

/** Ids that count up, and tables called otherwise. */
const RENAMED = {
  advanced: { database: { generateId: 'serial' } },
  user: { modelName: 'people', fields: { email: 'mail' } },
  account: { modelName: 'ways_in' },
};
const variant = process.argv[2] === 'renamed' ? RENAMED : {};

const options = {
  baseURL: BASE,
  secret: SECRET,
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  ...variant,
  plugins: [
    admin(),
    mcp({ loginPage: '/sign-in', oidcConfig: { loginPage: '/sign-in', consentPage: '/consent' } }),
  ],
};

await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const { adapter, internalAdapter } = await auth.$context;
const http = new Client(auth.handler, `${BASE}/api/auth`);

const people = {};
for (const [name, password] of [
  ['ada', 'correct horse battery staple'],
  // Written with a ligature and a combining accent: it is normalised before it is hashed.
  ['grace', 'e\u0301t\u00e9 of\ufb01ce hours'],
  ['mallory', 'a password of somebody banned'],
]) {
  const email = `${name}@example.com`;
  const { user } = await http.json('/sign-up/email', { name, email, password });
  people[name] = { id: user.id, email, password };
}
await internalAdapter.updateUser(people.mallory.id, { banned: true, banReason: 'spam' });
const linus = await internalAdapter.createOAuthUser(
  { name: 'linus', email: 'linus@example.com', emailVerified: true },
  { providerId: 'google', accountId: '1078', accessToken: 'upstream', scope: 'openid' },
);
people.linus = { id: linus.user.id, email: 'linus@example.com', subject: '1078' };

const register = (client_name, token_endpoint_auth_method, redirect_uris = [CALLBACK]) =>
  http.json('/mcp/register', {
    client_name,
    redirect_uris,
    token_endpoint_auth_method,
    grant_types: ['authorization_code', 'refresh_token'],
  });
const clients = {
  public: await register('Public client', 'none', [CALLBACK, 'https://client.example/other']),
  plain: await register('Confidential client', 'client_secret_post'),
  hashed: await register('Client with a hashed secret', 'client_secret_basic'),
  encrypted: await register('Client with an encrypted secret', 'client_secret_basic'),
  unused: await register('Client that nobody has used', 'none', ['http://127.0.0.1/callback']),
};
const storeSecret = (client, clientSecret) =>
  adapter.update({
    model: 'oauthApplication',
    where: [{ field: 'clientId', value: client.client_id }],
    update: { clientSecret },
  });
await storeSecret(clients.hashed, hash(clients.hashed.client_secret));
await storeSecret(
  clients.encrypted,
  await symmetricEncrypt({ key: SECRET, data: clients.encrypted.client_secret }),
);

/** Tokens for a client, as it gets them: without the consent page, which comes for `prompt=consent` alone. */
async function connect({ email, password }, client, scope = SCOPES, prompt) {
  const cookie = await http.signIn(email, password);
  const request = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    scope,
    state: 'state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
  };
  let target = await http.redirect(`/mcp/authorize?${new URLSearchParams(request)}`, cookie);
  if (prompt === 'consent') {
    const consent_code = target.searchParams.get('consent_code');
    const { redirectURI } = await http.json('/oauth2/consent', { accept: true, consent_code }, cookie);
    target = new URL(redirectURI);
  }
  return http.form('/mcp/token', {
    grant_type: 'authorization_code',
    code: target.searchParams.get('code'),
    redirect_uri: CALLBACK,
    client_id: client.client_id,
    code_verifier: VERIFIER,
    ...(client.client_secret && { client_secret: client.client_secret }),
  });
}

const tokens = {
  public: await connect(people.ada, clients.public, SCOPES, 'consent'),
  plain: await connect(people.grace, clients.plain),
  withoutOfflineAccess: await connect(people.grace, clients.public, 'openid'),
};
await options.database.end();
const refreshTokens = Object.fromEntries(
  Object.entries(tokens).map(([name, { refresh_token }]) => [name, refresh_token]),
);
console.log(JSON.stringify({ secret: SECRET, people, clients, refreshTokens, madeAt: new Date() }, null, 2));
