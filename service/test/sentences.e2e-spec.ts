import { getMetadataStorage } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { addPerson, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const HTML = { accept: 'text/html,application/xhtml+xml' };
const FORM = { ...HTML, 'content-type': 'application/x-www-form-urlencoded' };
/** The words of Nest, Express, class-validator, body-parser and the OAuth errors. */
const FRAMEWORK =
  /Cannot (GET|POST)|must be (an? |shorter|longer|one of the following)|entity too large|Forbidden|Not Found|Bad Request|Unauthorized|Unexpected token|too_many_requests|\bUUID\b|request aborted|malformed/i;

const NONE = '00000000-0000-4000-8000-000000000000';

describe('what people read', () => {
  let service: Standalone;
  let ada: Browser;
  let eve: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'eve@example.com', 'member');
    ada = await signedIn(service);
    eve = await signedIn(service, 'eve@example.com');
  });
  afterAll(() => service.close());

  it.each<[string, number, string, RequestInit]>([
    ['an address of nothing', 404, '/nothing', {}],
    ['an address of nothing that is posted to', 404, '/nothing', { method: 'POST', body: 'a=b' }],
    ['a page that takes no form', 404, '/account', { method: 'POST', body: 'a=b' }],
    ['an id that is none', 404, '/admin/people/x', {}],
    ['an id that nobody has', 404, '/admin/people/00000000-0000-4000-8000-000000000000', {}],
    ['an address that cannot be decoded', 400, '/admin/people/%ff', {}],
    ['a form without its token', 403, '/account/sessions/end', { method: 'POST', body: 'id=x' }],
    [
      'a form that is too large',
      413,
      '/account/password',
      { method: 'POST', body: `a=${'x'.repeat(70_000)}` },
    ],
    [
      'JSON that is none',
      400,
      '/sign-in',
      { method: 'POST', body: '{', headers: { ...HTML, 'content-type': 'application/json' } },
    ],
    ['an unknown provider', 404, '/sign-in/nobody/callback', {}],
  ])('about %s is one sentence of ours, with a way on', async (_name, status, path, init) => {
    const answer = await ada.request(`${service.issuer}${path}`, { headers: FORM, ...init });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.body).not.toMatch(FRAMEWORK);
    expect(answer.body).toMatch(/<p role="status"[^>]*>[A-Z][^<]+\.<\/p>/);
    expect(answer.body).toMatch(/<a class="button" href="\/[^"]*">[^<]+<\/a>/);
  });

  it('about a page that is not theirs names the start page', async () => {
    const answer = await eve.request(`${service.issuer}/admin/people`, { headers: HTML });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('This page is for administrators.');
    expect(answer.body).toContain('<a class="button" href="/">');
  });

  it.each<[string, string, Record<string, string>]>([
    ['no email', '/admin/people/invitations/new', { email: 'x', role: 'member' }],
    ['no role', '/admin/people/invitations/new', { email: 'x@example.com', role: 'root' }],
    [
      'a long name',
      '/admin/people/invitations/new',
      { email: 'x@example.com', role: 'member', name: 'x'.repeat(101) },
    ],
    ['an id of nothing', '/admin/people/invitations/remove', { id: 'x' }],
    ['no name', '/admin/access/rules', { name: '', server: 'x' }],
    ['nobody', '/admin/access/rules', { name: 'x', server: 'x' }],
    ['long groups', '/admin/access/rules', { name: 'x', server: 'x', groups: 'x'.repeat(4_001) }],
    ['an end that is none', '/admin/access/rules', { name: 'x', server: 'x', until: 'never' }],
    ['a rule of no version', `/admin/access/rules/${NONE}/remove`, {}],
    ['no client', '/admin/access/applications/requests/x', {}],
    ['no kind', '/admin/access/applications/take-back', {}],
    ['a short password', '/account/password', { current: 'x', password: 'short', repeated: 'short' }],
    ['no current password', '/account/password', { password: 'x'.repeat(12), repeated: 'x'.repeat(12) }],
  ])('about a form with %s is ours too', async (_name, path, fields) => {
    const page = await ada.get(`${service.issuer}/account`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, ...fields }).toString();
    const answer = await ada.request(`${service.issuer}${path}`, { method: 'POST', headers: FORM, body });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toMatch(FRAMEWORK);
  });

  it('are declared with every rule of every form', () => {
    // class-validator keeps no public list of its rules.
    const { validationMetadatas } = getMetadataStorage() as unknown as {
      validationMetadatas: Map<{ name: string }, { propertyName: string; message?: unknown; type: string }[]>;
    };
    const rules = [...validationMetadatas].flatMap(([target, metadata]) =>
      metadata.map((rule) => ({ ...rule, field: `${target.name}.${rule.propertyName}` })),
    );
    expect(rules.length).toBeGreaterThan(20);
    expect(
      rules
        .filter(({ type, message }) => type !== 'conditionalValidation' && !message)
        .map(({ field }) => field),
    ).toEqual([]);
  });
});
