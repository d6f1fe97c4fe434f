import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorizationUrl, startService } from './service.mjs';
import { PASSWORD } from './sign-in-pages.mjs';

const SERVER = 'https://files.example.com/mcp';

/** Ways to sign in, no access, waiting and approval: of a service of its own, which asks for approval. */
export async function takeAccessPages(page, picture) {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-auth-pictures-'));
  const file = join(folder, 'resources.json');
  const scopes = { 'files:read': 'Read your files' };
  writeFileSync(file, JSON.stringify([{ identifier: SERVER, name: 'Files', scopes }]));
  const { origin, setupLink, stop } = await startService({
    MCP_AUTH_RESOURCES: file,
    MCP_AUTH_CLIENT_POLICY: 'approval',
    // Nobody is there.
    MCP_AUTH_OIDC_ISSUER: 'https://login.example.com',
    MCP_AUTH_OIDC_CLIENT_ID: 'service',
    MCP_AUTH_OIDC_CLIENT_SECRET: 'a secret of the service',
    MCP_AUTH_OIDC_NAME: 'Example Login',
  });
  try {
    await page.goto(setupLink);
    await page.fill('[name=name]', 'Ada Lovelace');
    await page.fill('[name=email]', 'ada@example.com');
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=repeated]', PASSWORD);
    await page.click('button[type=submit]');
    await page.goto(`${origin}/account`);
    await picture('account-with-provider');
    const connect = (resource) =>
      authorizationUrl(origin, 'https://claude.ai/api/mcp/auth_callback', 'Claude', resource);
    await page.goto(await connect(SERVER));
    await picture('no-access');
    await page.goto(await connect(`${origin}/mcp`));
    await picture('waiting');
    await page.goto(`${origin}/admin/access`);
    await picture('access-rules');
    await page.goto(`${origin}/admin/access/rules/new`);
    await picture('access-rule');
    await page.goto(`${origin}/admin/access/applications`);
    await picture('approvals');
    await page.goto(`${origin}/admin/access/applications/waiting`);
    await picture('approvals-waiting');
    await page.click('main .table a.button');
    await picture('approval');
    await page.goto(`${origin}/admin/access/try?email=${encodeURIComponent('ada@example.com')}`);
    await picture('try-access');
    await page.goto(`${origin}/admin/providers`);
    await page.click('button:has-text("Test a sign-in")');
    await picture('provider-test');
    await page.click('form[action="/sign-out"] button');
    await page.goto(`${origin}/sign-in`);
    await picture('sign-in-providers');
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
