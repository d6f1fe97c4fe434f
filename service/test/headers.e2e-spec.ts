import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

/** Path → what may be kept of the answer: pages, endpoints, errors, those of the library and those of nobody. */
const ANSWERS: [string, RegExp][] = [
  ['GET /', /^no-store$/],
  ['GET /account', /^no-store$/],
  ['GET /admin/people', /^no-store$/],
  ['GET /admin/access', /^no-store$/],
  ['GET /admin/audit', /^no-store$/],
  ['GET /admin/audit/export', /^no-store$/],
  ['GET /sign-in', /^no-store$/],
  ['POST /sign-in', /^no-store$/],
  ['POST /sign-out', /^no-store$/],
  ['GET /sign-in/nobody/callback', /^no-store$/],
  ['GET /setup', /^no-store$/],
  ['GET /invitation', /^no-store$/],
  ['GET /password', /^no-store$/],
  ['GET /password/set', /^no-store$/],
  ['GET /health/live', /^no-store$/],
  ['GET /health/ready', /^no-store$/],
  ['GET /metrics', /^no-store$/],
  ['POST /mcp', /^no-store$/],
  ['GET /nothing', /^no-store$/],
  ['GET /authorize', /^no-store$/],
  ['DELETE /authorize', /^no-store$/],
  ['GET /interaction/x', /^no-store$/],
  ['POST /token', /^no-store$/],
  ['POST /register', /^no-store$/],
  ['POST /revoke', /^no-store$/],
  ['POST /introspect', /^no-store$/],
  ['GET /userinfo', /^no-store$/],
  ['GET /jwks', /^public, max-age=\d+$/],
  ['GET /.well-known/oauth-authorization-server', /^public, max-age=\d+$/],
  ['GET /.well-known/openid-configuration', /^public, max-age=\d+$/],
  ['GET /.well-known/oauth-protected-resource/mcp', /^(no-cache|public, max-age=\d+)$/],
];

describe.each([
  ['http', {}, null],
  ['https', { MCP_AUTH_ISSUER: 'https://auth.example.com' }, 'max-age=31536000'],
])('every answer of a service at %s', (_scheme, environment, transport) => {
  let service: Standalone;
  let browser: Browser;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_METRICS_TOKEN: 'x'.repeat(32), ...environment });
    browser = transport === null ? await signedIn(service) : new Browser();
  });
  afterAll(() => service.close());

  it.each(ANSWERS)(
    'to %s is kept and guessed at by nobody (RFC 6797 §7.1, RFC 9111 §5.2)',
    async (route, kept) => {
      const [method, path = ''] = route.split(' ');
      const { headers } = await browser.request(`${service.origin}${path}`, { method });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toMatch(kept);
      expect(headers.get('strict-transport-security')).toBe(transport);
    },
  );
});
