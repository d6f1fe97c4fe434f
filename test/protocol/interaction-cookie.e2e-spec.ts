import { type IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { McpAuthSettings } from '../../src/host/mcp-auth-settings.js';
import { BrowserBinding } from '../../src/interaction/browser-binding.js';

describe('the cookie of an interaction', () => {
  it('is bound to this host on https (RFC 6265bis §4.1.3.2)', () => {
    const request = { headers: {} } as IncomingMessage;
    const response = new ServerResponse(request);
    const settings = { secure: true, basePath: '', loginPage: '/sign-in', lifetimes: { interaction: 600 } };
    new BrowserBinding(settings as McpAuthSettings).establish(request, response);
    expect(String(response.getHeader('set-cookie'))).toMatch(
      /^__Host-mcp_auth_interaction=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it.each([
    ['/auth/sign-in', '__Secure-mcp_auth_interaction', '/auth'],
    ['https://example.com/auth/sign-in?x=y', '__Secure-mcp_auth_interaction', '/auth'],
    ['/sign-in', '__Host-mcp_auth_interaction', '/'],
    ['/authors', '__Host-mcp_auth_interaction', '/'],
  ])(
    'stays below the path of the issuer where the sign-in page is: %s (RFC 6265bis §4.1.2.4)',
    (loginPage, name, path) => {
      const request = { headers: {} } as IncomingMessage;
      const response = new ServerResponse(request);
      const settings = { secure: true, basePath: '/auth', loginPage, lifetimes: { interaction: 600 } };
      new BrowserBinding(settings as McpAuthSettings).establish(request, response);
      const cookie = String(response.getHeader('set-cookie'));
      expect([cookie.split('=', 1)[0], /Path=([^;]*)/.exec(cookie)?.[1]]).toEqual([name, path]);
    },
  );
});
