import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type BrowserResponse } from '../../test/support/browser.js';
import { PASSWORD, type Standalone, startStandalone } from './support/standalone.js';

const FORM = { name: 'Ada', email: 'ada@example.com', password: PASSWORD, repeated: PASSWORD };

describe('whoever has the link that makes the first administrator', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_RATE_LIMIT: 'on' }, false);
  });
  afterAll(() => service.close());
  beforeEach(() => service.dataSource.query('DELETE FROM mcp_auth."rateLimit"'));

  const at = (token: string) => `${service.issuer}/setup?token=${token}`;
  const link = async () => at((await service.administrators.issueLink()) ?? '');
  const load = (url: string) => new Browser().request(url, { headers: { accept: 'text/html' } });
  /** What somebody sends who was shown the page. */
  const fill = async (values: Record<string, string>) => {
    const browser = new Browser();
    return browser.send(await browser.get(await link()), '/setup', values);
  };
  const sendsGuesses = async () => {
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/sign-in`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    return () => browser.post(`${service.issuer}/setup`, { csrf, token: 'x', ...FORM });
  };

  it.each<[string, () => Promise<() => Promise<BrowserResponse>>]>([
    ['GET /setup', async () => () => load(at('x'))],
    ['POST /setup', sendsGuesses],
  ])('is not kept from it by others behind the same address, who are slowed at %s', async (_, guessing) => {
    const guess = await guessing();
    let last = await guess();
    for (let round = 0; round < 40 && last.status !== 429; round += 1)
      for (const answer of await Promise.all(Array.from({ length: 10 }, guess))) last = answer;
    expect([last.status, Number(last.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await load(await link())).status).toBe(200);
    expect((await fill({ ...FORM, password: 'short', repeated: 'short' })).status).toBe(400);
    expect((await guess()).status).toBe(429);
  });

  it('makes the administrator at an address that is refused, too', async () => {
    const guess = await sendsGuesses();
    for (let round = 0; round < 32; round += 1) await Promise.all(Array.from({ length: 10 }, guess));
    expect((await guess()).status).toBe(429);
    expect((await fill(FORM)).status).toBe(303);
    expect(await service.administrators.issueLink()).toBeNull();
  });
});
