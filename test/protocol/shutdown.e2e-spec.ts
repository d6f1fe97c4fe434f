import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { dataSourceOf, startService } from '../support/app.js';
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
  await delay(300);
  const answer = await authorization.finish();

  expect([answer.status, answer.headers.location]).toEqual([303, expect.stringContaining('/sign-in')]);
  expect(documents.requests).toEqual(['/client']);
  await closing;
  await documents.close();
});

it('reads the revocation feed no more once the database is left, and complains of nothing', async () => {
  const service = await startService();
  const complaint = vi.spyOn(Logger.prototype, 'error');
  try {
    const { driver } = dataSourceOf(service);
    const disconnect = driver.disconnect.bind(driver);
    vi.spyOn(driver, 'disconnect').mockImplementation(async () => {
      await disconnect();
      // Longer than the feed waits between two looks.
      await delay(1_500);
    });
    await service.close();
    expect(complaint).not.toHaveBeenCalled();
  } finally {
    complaint.mockRestore();
  }
});
