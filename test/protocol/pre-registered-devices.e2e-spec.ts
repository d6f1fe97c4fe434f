import { afterEach, describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { DeviceClient } from '../support/device.js';

const SECRET = 's'.repeat(40);
const CLI: ClientOptions = { clientId: 'report-cli', name: 'Report', clientSecret: SECRET };

describe('a client of the options that runs on devices (RFC 8628)', () => {
  let running: TestService[] = [];
  const start = async (clients: ClientOptions[], instanceOf?: TestService) => {
    const service = await startService({ deviceAuthorization: true, clients, instanceOf });
    running.push(service);
    return service;
  };
  afterEach(async () => {
    for (const service of running.toReversed()) await service.close();
    running = [];
  });

  const cli = (service: TestService, secret = SECRET) => {
    const client = new DeviceClient(service);
    client.credentials = { client_id: CLI.clientId, client_secret: secret };
    return client;
  };

  it('gets its tokens with `devices`, for whoever says yes, and refreshes them (§3.4)', async () => {
    const client = cli(await start([{ ...CLI, devices: true }]));
    const { status, body } = await client.poll(await client.allowed());
    expect([status, body.error]).toEqual([200, undefined]);
    expect((await client.refresh(body.refresh_token)).status).toBe(200);
    expect((await client.ask({ client_secret: 'x'.repeat(40) })).body['error']).toBe('invalid_client');
  });

  it('has the grant from the start that says so, and not before', async () => {
    const service = await start([CLI]);
    const client = cli(service);
    expect((await client.ask()).body['error']).toBe('unauthorized_client');
    if (!service.database.url) return;
    const next = await start([{ ...CLI, devices: true }], service);
    expect((await cli(next).ask()).status).toBe(200);
  });

  it.each<[string, boolean, unknown, string]>([
    ['while it is off', false, true, 'device authorization is off: turn it on, or leave that out.'],
    ['with a text', true, 'yes', 'has a `devices` that is neither true nor false'],
  ])('stops the start %s', async (_, deviceAuthorization, devices, sentence) => {
    const clients = [{ ...CLI, devices: devices as boolean }];
    await expect(startService({ deviceAuthorization, clients })).rejects.toThrow(sentence);
  });
});
