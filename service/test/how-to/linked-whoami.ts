import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';

/** Calls a tool of a linked server, for whoever the id_token is about. */
export async function whoami(
  company: string,
  issuer: string,
  server: string,
  idToken: string,
  secret: string,
) {
  const authProvider = new CrossAppAccessProvider({
    expectedIssuer: issuer, // nobody else gets to see the secret
    clientId: 'editor',
    clientSecret: secret,
    assertion: async ({ resourceUrl, scope, fetchFn }) => {
      const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
        idpUrl: company,
        audience: issuer,
        resource: resourceUrl,
        idToken,
        clientId: 'code-editor',
        clientSecret: secret,
        scope,
        fetchFn,
      });
      return jwtAuthGrant;
    },
  });
  const client = new Client({ name: 'editor', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server), { authProvider }));
  const answer = await client.callTool({ name: 'whoami' });
  await client.close();
  return answer;
}
