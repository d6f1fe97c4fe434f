import { createServer } from 'node:http';
import { authorizationUrl } from './service.mjs';

export const PASSWORD = 'correct horse battery';

/** Fills the sign-in page as the administrator. */
async function signIn(page, password) {
  await page.fill('[name=email]', 'ada@example.com');
  await page.fill('[name=password]', password);
  await page.click('form[action="/sign-in"] button');
}

/** Setup, sign-in, consent; the administrator is signed in at the end. */
export async function takeSignInPages({ origin, setupLink }, page, picture) {
  const client = createServer((_request, response) => response.end('client')).listen(33_418, '127.0.0.1');
  await page.goto(setupLink);
  await picture('setup');
  await page.fill('[name=name]', 'Ada Lovelace');
  await page.fill('[name=email]', 'ada@example.com');
  await page.fill('[name=password]', PASSWORD);
  await page.fill('[name=repeated]', PASSWORD);
  await page.click('button[type=submit]');
  await picture('home');
  await page.goto(setupLink);
  await picture('setup-over');
  await page.goto(origin);
  await page.click('form[action="/sign-out"] button');
  await picture('signed-out');

  await page.goto(await authorizationUrl(origin, 'https://claude.ai/api/mcp/auth_callback', 'Claude'));
  await picture('sign-in');
  await signIn(page, 'wrong');
  await picture('sign-in-wrong');
  await signIn(page, PASSWORD);
  await picture('consent');

  const local = await authorizationUrl(origin, 'http://localhost:33418/callback', 'Visual Studio Code');
  await page.goto(local);
  await picture('consent-loopback');
  await page.click('button[value=approve]');
  await page.waitForURL(/33418/);
  const code = new URL(page.url()).searchParams.get('code');
  await redeem(origin, new URL(local).searchParams.get('client_id'), code);
  await page.goto(local);
  await picture('consent-again');
  await page.goto(`${origin}/authorize?client_id=unknown`);
  await picture('error');
  client.close();
}

/** Connects the application, with the verifier of RFC 7636, appendix B. */
async function redeem(origin, clientId, code) {
  await fetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: 'http://localhost:33418/callback',
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    }),
  });
}
