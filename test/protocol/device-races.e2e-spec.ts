import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReplicas, type TestService } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { DeviceClient } from '../support/device.js';

describe('devices that are answered at once from several sides (RFC 8628)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: DeviceClient;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas({ deviceAuthorization: true }));
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new DeviceClient(service).register();
  });

  const answered = (page: { headers: Headers }) => page.headers.get('location') ?? '';

  it('gives tokens once, when two instances are asked at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const deviceCode = await client.allowed();
      const answers = await Promise.all(
        [service, second].map((at) => client.poll(deviceCode, {}, { service: at })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
    }
  });

  it('has one answer, of two people in two browsers at once, on two instances', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { device_code: deviceCode, user_code: code } = await client.codes();
      const { origin } = new URL(service.issuer);
      const people = [service, second].map((at) => {
        const person = new DeviceClient(service, new Browser({ [origin]: at.origin }));
        person.credentials = client.credentials;
        return person;
      });
      const [alice, bob] = people as [DeviceClient, DeviceClient];
      const pages = [await alice.toQuestion(code, 'alice'), await bob.toQuestion(code, 'bob')] as const;
      const answers = await Promise.all([
        alice.allow(pages[0]),
        round % 2 ? bob.allow(pages[1]) : bob.deny(pages[1]),
      ]);
      const counted = answers.filter((answer) => answered(answer).includes('/device/'));
      expect(counted).toHaveLength(1);
      const { status, body } = await client.poll(deviceCode);
      const [first] = counted;
      if (first && answered(first).endsWith('denied')) expect(body.error).toBe('access_denied');
      else
        expect([status, decodeJwt(body.access_token).sub]).toEqual([
          200,
          answers[0] === first ? 'alice' : 'bob',
        ]);
    }
  });

  it('has one answer, of a yes and a no of one page at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { device_code: deviceCode, user_code: code } = await client.codes();
      const page = await client.toQuestion(code);
      const answers = await Promise.all([client.allow(page), client.deny(page)]);
      const outcomes = answers.map((answer) => answered(answer)).filter(Boolean);
      expect(outcomes).toHaveLength(1);
      const { status } = await client.poll(deviceCode);
      expect(status).toBe(outcomes[0]?.endsWith('allowed') ? 200 : 400);
    }
  });
});
