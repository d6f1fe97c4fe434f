import { expect, it } from 'vitest';
import { startService } from '../support/app.js';
import { DocumentServer } from '../support/document-server.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { beginForm } from '../support/slow-request.js';

it('answers what is under way when the host closes, also what needs the network and the database', async () => {
  const documents = await DocumentServer.start();
  documents.serve('/client', documents.client('/client'));
  const service = await startService();
  const client = new OAuthTestClient(service);
  client.credentials = { client_id: documents.url('/client') };
  const fields = client.authorizationParameters() as Record<string, string>;
  const authorization = await beginForm(`${service.origin}/authorize`, fields);

  const closing = service.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const answer = await authorization.finish();

  expect([answer.status, answer.headers.location]).toEqual([303, expect.stringContaining('/sign-in')]);
  expect(documents.requests).toEqual(['/client']);
  await closing;
  await documents.close();
});
