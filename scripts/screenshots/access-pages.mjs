import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider } from './provider.mjs';
import { authorizationUrl, startService } from './service.mjs';
import { PASSWORD } from './sign-in-pages.mjs';

const RULES = [
  { name: 'Engineering reads files', groups: 'engineering\nplatform\nsupport', until: '2027-03-31' },
  { name: 'Claude for everybody', clients: 'https://claude.ai/' },
];
const SERVER = 'https://files.example.com/mcp';

/** Ways to sign in, no access, waiting and approval: of a service of its own, which asks for approval. */
export async function takeAccessPages(page, picture) {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-auth-pictures-'));
  const file = join(folder, 'resources.json');
  const scopes = { 'files:read': 'Read your files' };
  writeFileSync(file, JSON.stringify([{ identifier: SERVER, name: 'Files', scopes }]));
  const provider = await startProvider();
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    policy,
    `providers:\n  - id: partners\n    name: Partners\n    issuer: ${provider.issuer}\n    clientId: service\n    clientSecret: { env: PARTNERS_SECRET }\n    domains: [partners.example]\n`,
  );
  const { origin, setupLink, stop } = await startService({
    MCP_AUTH_POLICY_FILE: policy,
    PARTNERS_SECRET: 'another secret',
    MCP_AUTH_COMPANY_NAME: 'Acme',
    MCP_AUTH_HELP_URL: 'https://help.example.com/mcp',
    MCP_AUTH_CONTACT: 'mailto:it@example.com',
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
    await page.goto(`${origin}/nothing`);
    await picture('refusal');
    await page.goto(origin);
    await picture('start-waiting');
    for (const rule of RULES) await addRule(page, origin, rule);
    await page.goto(`${origin}/admin/access`);
    await picture('access-rules');
    await page.click('main tbody a');
    await picture('access-rule-change');
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
    await page.click('button:has-text("Ask them now")');
    await picture('providers');
    await page.click('button:has-text("Test a sign-in")');
    await picture('provider-test');
    await page.click('form[action="/sign-out"] button');
    await page.goto(`${origin}/sign-in`);
    await picture('sign-in-providers');
  } finally {
    await stop();
    provider.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addRule(page, origin, { name, groups = '', clients = '', until = '' }) {
  await page.goto(`${origin}/admin/access/rules/new`);
  await page.fill('[name=name]', name);
  if (groups === '') await page.check('[name=whom][value=everyone]');
  await page.fill('[name=groups]', groups);
  await page.check(`[name=server][value="${SERVER}"]`);
  await page.fill('[name=clients]', clients);
  await page.fill('[name=until]', until);
  // Nobody was seen in these groups yet: whether they are meant is asked.
  do await page.click('main form .actions button');
  while (await page.locator('button:has-text("all the same")').count());
}
