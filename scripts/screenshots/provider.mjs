import { createServer } from 'node:http';

/** An identity provider as far as a service asks it how it is: its metadata, and its keys (OpenID Connect Discovery §4). */
export async function startProvider() {
  const server = createServer(({ url }, response) => {
    const key = { kty: 'RSA', kid: '2026-11', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' };
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url === '/jwks' ? { keys: [key, { ...key, kid: '2026-12' }] } : metadata));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const issuer = `http://localhost:${server.address().port}`;
  return { issuer, stop: () => server.close() };
}
