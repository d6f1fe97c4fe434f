// Takes pictures of every page of the running service, at two widths, light and dark:
//   npm run build && node scripts/screenshots.mjs [folder]
// The README's pictures are taken with `node scripts/screenshots.mjs docs/images readme`.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [folder = 'screenshots', only] = process.argv.slice(2);
const port = 20_000 + (process.pid % 20_000);
const origin = `http://localhost:${port}`;
const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-pictures-'));
mkdirSync(folder, { recursive: true });

const service = spawn(process.execPath, ['dist/src/main.js'], {
  env: { ...process.env, PORT: String(port), MCP_AUTH_DATA_DIR: dataDir, MCP_AUTH_LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const setupLink = await new Promise((resolve) => {
  let output = '';
  service.stdout.on('data', (chunk) => {
    output += chunk;
    const [link] = /http\S+setup\?token=\S+/.exec(output) ?? [];
    if (link) resolve(link);
  });
});

const register = async (redirectUri, name) => {
  const response = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: clientId } = await response.json();
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    scope: 'mcp:tools notes:delete',
  });
  return `${origin}/authorize?${parameters}`;
};

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});

try {
  const page = await browser.newPage();
  const client = createServer((_request, response) => response.end('client')).listen(33_418, '127.0.0.1');
  const picture = async (name) => {
    if (only === 'readme' && !['sign-in', 'consent'].includes(name)) return;
    for (const colorScheme of ['light', 'dark'])
      for (const width of only === 'readme' ? [1280] : [390, 1280]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: only === 'readme' ? 640 : width === 390 ? 844 : 820 });
        await page.screenshot({
          path: join(folder, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
  };
  const signIn = async (password) => {
    await page.fill('[name=email]', 'ada@example.com');
    await page.fill('[name=password]', password);
    await page.click('button[type=submit]');
  };

  await page.goto(setupLink);
  await picture('setup');
  await page.fill('[name=name]', 'Ada Lovelace');
  await page.fill('[name=email]', 'ada@example.com');
  await page.fill('[name=password]', 'correct horse battery');
  await page.fill('[name=repeated]', 'correct horse battery');
  await page.click('button[type=submit]');
  await picture('home');
  await page.goto(setupLink);
  await picture('setup-over');
  await page.goto(origin);
  await page.click('button[type=submit]');
  await picture('signed-out');

  const web = await register('https://claude.ai/api/mcp/auth_callback', 'Claude');
  await page.goto(web);
  await picture('sign-in');
  await signIn('wrong');
  await picture('sign-in-wrong');
  await signIn('correct horse battery');
  await picture('consent');

  const local = await register('http://localhost:33418/callback', 'Visual Studio Code');
  await page.goto(local);
  await picture('consent-loopback');
  await page.click('button[value=approve]');
  await page.waitForURL(/33418/);
  await page.goto(local);
  await picture('consent-again');
  await page.goto(`${origin}/authorize?client_id=unknown`);
  await picture('error');
  client.close();
} finally {
  await browser.close();
  service.kill('SIGTERM');
  await new Promise((resolve) => service.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
}
