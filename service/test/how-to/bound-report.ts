import {
  Client,
  DpopSession,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';

/** Whoever gets hold of a token can do nothing without this process's key, which never leaves it. */
class BoundProvider extends PrivateKeyJwtProvider {
  private readonly session = DpopSession.create();

  dpop() {
    return this.session;
  }
}

/** Calls a tool as the service account `nightly-report`, with a token that is bound to a key. */
export async function boundReport(issuer: string, server: string, privateKey: string): Promise<unknown> {
  const authProvider = new BoundProvider({
    expectedIssuer: issuer,
    clientId: 'nightly-report',
    privateKey, // proves the client; the key of the session is another, made at every start
    algorithm: 'ES256',
  });
  const client = new Client({ name: 'nightly-report', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server), { authProvider }));
  const answer = await client.callTool({ name: 'whoami' });
  await client.close();
  return [answer, authProvider.tokens()];
}
