import { randomUUID } from 'node:crypto';
import { User } from '../../src/people/entities/user.entity.js';
import { personVersion } from '../../src/people/person-state.js';
import { ServerChanges } from '../../src/servers/server-changes.js';
import type { Role } from '../../src/web/roles.js';
import { Browser, type BrowserResponse } from '../../../test/support/browser.js';
import { ADMINISTRATOR, fillSignIn, PASSWORD, type Standalone } from './standalone.js';

/** A browser in which this person is signed in. */
export async function signedIn(
  service: Standalone,
  email = ADMINISTRATOR.email,
  password = PASSWORD,
  browser = new Browser(),
): Promise<Browser> {
  await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), email, password);
  return browser;
}

export async function addPerson(service: Standalone, email: string, role: Role): Promise<string> {
  const id = await service.addMember(email, []);
  await service.dataSource.getRepository(User).update({ id }, { role });
  return id;
}

/** Of a change that a test makes by itself: whatever the account is. */
export const WHATEVER_IT_IS = () => {};

/** Presses a button of a person's page, or sends what it would send. */
export async function press(
  service: Standalone,
  browser: Browser,
  action: string,
  values: Record<string, string> = {},
): Promise<BrowserResponse> {
  const page = await browser.get(`${service.issuer}/account`);
  const { body } = page.status === 200 ? page : await browser.get(`${service.issuer}/sign-in`);
  const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1];
  return browser.post(`${service.issuer}${action}`, {
    csrf,
    ...(await shownFields(service, action, values)),
    ...values,
  });
}

/** The hidden fields of a page that was loaded at this moment. */
async function shownFields(service: Standalone, action: string, values: Record<string, string>) {
  if (/^\/admin\/servers\/(disable|enable)$/.test(action)) {
    const all = service.application.get(ServerChanges).list();
    return { version: all.find(({ identifier }) => identifier === values['server'])?.version ?? 'none' };
  }
  const [, id = ''] = /^\/admin\/people\/([\da-f-]{36})\//i.exec(action) ?? [];
  if (id === '') return {};
  const version = async (of: string) => {
    const user = await service.dataSource.getRepository(User).findOneBy({ id: of });
    return user ? personVersion(user) : 'none';
  };
  const at = new Date(service.clock.now()).toISOString();
  const { other } = values;
  return { seen: await version(id), at, grants: '1000', ...(other && { otherSeen: await version(other) }) };
}

/** What the question before a merge sends: the account of this email, as it is now. */
export async function otherAccount(service: Standalone, email: string): Promise<Record<string, string>> {
  const user = await service.dataSource.getRepository(User).findOneBy({ email });
  return { email, other: user?.id ?? randomUUID() };
}

/** The link that a page shows once. */
export const shownLink = ({ body }: BrowserResponse) => /<textarea[^>]*>(http[^<]+)/.exec(body)?.[1] ?? '';

/** Everything that a refused change must leave alone. */
export async function everything(service: Standalone): Promise<string> {
  const rows = async (table: string, columns: string) =>
    service.dataSource.query<object[]>(`SELECT ${columns} FROM mcp_auth."${table}" ORDER BY 1`);
  return JSON.stringify([
    await rows('user', 'id, email, name, role, "disabledAt", "passwordChangedAt"'),
    await rows('account', 'id, password'),
    await rows('session', 'id, "userId"'),
    await rows('invitation', '*'),
    await rows('passwordLink', '*'),
    await rows('accessRule', '*'),
    await rows('clientApproval', '*'),
    await rows('clientDecision', '*'),
    await rows('approvalRequest', '*'),
    await rows('oauthGrant', 'id, "revokedAt"'),
    await rows('oauthResource', '*'),
    await rows('signingKey', 'kid, "expiresAt"'),
    await rows('serviceSettings', '*'),
  ]);
}
