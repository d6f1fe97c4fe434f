import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from '../../../test/support/how-to.js';
import { pkce } from '../../../test/support/oauth-client.js';
import { connectCommands } from '../../src/operations/connect-commands.js';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

const text = await page('connect-clients.md');
/** The rows of the table that has a column with that name, cell by cell. */
const rows = (column: string) => {
  const [, table = ''] = text.split(`| ${column} `);
  const [lines = ''] = table.split('\n\n');
  return lines
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')))
    .map(([, ...cells]) => cells);
};
const RETURNS = rows('sends the answer to');

describe('docs/how-to/connect-clients.md', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  it('has the commands that the service itself shows, and eight clients in both tables', () => {
    for (const { command } of connectCommands('http://localhost:3000/mcp')) expect(text).toContain(command);
    expect(RETURNS).toHaveLength(8);
    const named = rows('how').map(([name]) => name);
    for (const [name] of RETURNS) expect(named).toContain(name);
  });

  it.each(RETURNS)(
    'says of %s where its answer goes, as the page for the person does (%s)',
    async (name = '', redirectUri = '', host = '', isLocal = '') => {
      const registered = await fetch(`${service.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: name,
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'none',
        }),
      });
      expect(registered.status).toBe(201);
      const { client_id: clientId } = (await registered.json()) as { client_id: string };
      // Loopback addresses come with another port than was registered.
      const sent = redirectUri.replace(/:\d+\//, ':60123/');
      const request = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: sent,
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
        resource: service.mcpUrl,
        scope: 'mcp:tools',
      });
      const { url, parameters, pages } = await authorizeAsPerson(`${service.issuer}/authorize?${request}`);
      const shown = (pages.at(-1)?.body ?? '').replaceAll(/<[^>]*>/g, '');
      expect(shown).toContain(`Returns you to${host}`);
      expect(shown).toContain(name);
      expect(shown.includes('on your own computer')).toBe(isLocal === 'yes');
      expect([url.startsWith(`${sent}?`), parameters.has('code')]).toEqual([true, true]);
    },
  );
});
