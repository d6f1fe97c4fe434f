import { Client, PrivateKeyJwtProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Calls a tool as the service account `nightly-report`. */
export async function nightlyReport(issuer: string, server: string, privateKey: string): Promise<unknown> {
  const authProvider = new PrivateKeyJwtProvider({
    expectedIssuer: issuer, // nobody else gets to see a proof
    clientId: 'nightly-report',
    privateKey, // PKCS #8, in PEM
    algorithm: 'ES256',
  });
  const client = new Client({ name: 'nightly-report', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server), { authProvider }));
  const answer = await client.callTool({ name: 'whoami' });
  await client.close();
  return answer;
}
