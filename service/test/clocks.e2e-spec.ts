import { afterEach, afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { McpHealth } from 'nestjs-mcp-auth';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

const DAY = 86_400;

describe.skipIf(!postgresUrl)("the service on a computer whose clock is not the database's", () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());
  afterEach(() => service.clock.skew(0));

  const signIn = async () => {
    const browser = new Browser();
    await fillSignIn(
      browser,
      await browser.get(`${service.issuer}/sign-in`),
      ADMINISTRATOR.email,
      ADMINISTRATOR.password,
    );
    return browser;
  };
  const home = async (browser: Browser) => (await browser.get(`${service.issuer}/`)).status;
  const lead = () => service.application.get(McpHealth).clockLead;

  it.each([29, -29])(
    'writes sign-in sessions in the time of the database, with %i s between them',
    async (seconds) => {
      service.clock.skew(seconds);
      await eventually(() => Math.abs(lead() - seconds) < 1);
      await service.dataSource.query('DELETE FROM mcp_auth."session"');
      await signIn();
      const [row] = await service.dataSource.query<{ apart: number }[]>(
        `SELECT abs(extract(epoch FROM now() - "createdAt"))::float8 AS apart FROM mcp_auth."session"`,
      );
      expect(row?.apart).toBeLessThan(5);
    },
  );

  it.each([2 * DAY, -2 * DAY])(
    'neither ends nor prolongs a session when its clock jumps by %i s',
    async (seconds) => {
      const browser = await signIn();
      expect(await home(browser)).toBe(200);
      service.clock.skew(seconds);
      expect(await home(browser)).toBe(200);
      expect((await fetch(`${service.issuer}/health/ready`)).status).toBe(503);
      service.clock.advance(25 * 3_600);
      expect(await home(browser)).toBe(303);
    },
  );
});
