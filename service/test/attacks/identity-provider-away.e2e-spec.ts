import { describe, expect, it } from 'vitest';
import { FederatedPerson, providerForm, providerVariables } from '../support/federated-person.js';
import { LyingProvider } from '../support/lying-provider.js';
import { startStandalone } from '../support/standalone.js';

const DISCOVERY = '/.well-known/openid-configuration';

describe('an identity provider in trouble', () => {
  it.each<[string, LyingProvider['mischief'][string], number]>([
    ['fails', 'fails', 503],
    ['hangs', 'hangs', 503],
    ['hangs up', 'hangs up', 503],
    ['is another one', { issuer: 'https://evil.example' }, 502],
    ['answers for every tenant', { issuer: 'https://login.example/{tenantid}/v2.0' }, 502],
  ])(
    'does not keep the service from starting when it %s, and works once it is well',
    async (_, mischief, status) => {
      const provider = await LyingProvider.start();
      provider.mischief = { [DISCOVERY]: mischief };
      const service = await startStandalone({
        ...providerVariables(provider),
        MCP_AUTH_PASSWORDS: 'administrator',
      });
      const person = new FederatedPerson(service, provider);
      const press = async () => {
        const page = await person.browser.get(`${service.issuer}/sign-in`);
        return person.browser.submit({ ...page, body: providerForm(page) });
      };
      const started = performance.now();
      expect((await press()).status).toBe(status);
      expect(performance.now() - started).toBeLessThan(15_000);
      provider.mischief = {};
      expect((await press()).status).toBe(303);
      await service.close();
      provider.close();
    },
  );
});
