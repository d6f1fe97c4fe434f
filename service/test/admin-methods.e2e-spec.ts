import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, API, api } from './support/admin-client.js';
import { openApi } from './support/documented.js';
import { press, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const ID = '00000000-0000-4000-8000-000000000000';

interface Schema {
  type?: string | string[];
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  anyOf?: Schema[];
  $ref?: string;
  properties?: Record<string, Schema>;
}

describe('what the admin API takes', () => {
  let service: Standalone;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    token = await adminToken(service, 'admin:settings admin:connections admin:servers admin:clients');
  });
  afterAll(() => service.close());

  const ask = (method: string, path: string) => fetch(service.issuer + API + path, { method });

  it.each([
    ['OPTIONS', '/people', 'GET, HEAD'],
    ['PUT', `/people/${ID}`, 'DELETE, GET, HEAD'],
    ['DELETE', '/settings', 'GET, HEAD, PATCH'],
    ['GET', `/people/${ID}/role`, 'PUT'],
    ['PATCH', '/connections/count', 'DELETE, GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['POST', '/rules/', undefined],
  ])(
    'answers 405 to %s %s, with the methods that there are (RFC 9110 §15.5.6)',
    async (method, path, allow) => {
      const answer = await ask(method, path);
      if (allow === undefined) return expect(answer.status).toBe(401);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({
        status: 405,
        detail: expect.stringContaining(allow) as string,
      });
    },
  );

  it.each(['/nothing', '/people/a/b/c', '', '/openapi.yaml', '/%00', '/people%2f'])(
    'answers 404 at %s, whatever the method',
    async (path) => {
      for (const method of ['GET', 'OPTIONS', 'PUT'])
        expect([method, (await ask(method, path)).status]).toEqual([method, 404]);
    },
  );

  it('is 404 beside the API, as everywhere', async () => {
    expect((await fetch(`${service.issuer}/admin/nothing`, { method: 'OPTIONS' })).status).toBe(404);
  });

  const schemas = async () => {
    const document = (await openApi(service)) as unknown as {
      components: { schemas: Record<string, Schema> };
    };
    return document.components.schemas;
  };
  const takesNull = ({ type, nullable, anyOf = [] }: Schema) =>
    nullable === true || [type].flat().includes('null') || anyOf.some(({ type: one }) => one === 'null');

  it('takes null for every setting, and says so', async () => {
    const { SettingsChange: change } = await schemas();
    const names = Object.keys(change?.properties ?? {});
    expect(names.length).toBe(8);
    for (const name of names) {
      expect([name, takesNull(change?.properties?.[name] ?? {})]).toEqual([name, true]);
      const headers = { 'if-match': '*' };
      const { status } = await api(service, token, 'PATCH', '/settings', { body: { [name]: null }, headers });
      expect([name, status]).toEqual([name, 200]);
    }
  });

  it('says of every number of a body from where to where it goes', async () => {
    const document = await openApi(service);
    const known = await schemas();
    const bodies = Object.values(document.paths)
      .flatMap(
        (path) => Object.values(path) as { requestBody?: { content: Record<string, { schema: Schema }> } }[],
      )
      .flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}));
    const numbers = bodies.flatMap(({ schema }) =>
      Object.entries(known[schema.$ref?.split('/').at(-1) ?? '']?.properties ?? {}).filter(
        ([, { type, enum: some }]) =>
          !some && [type].flat().some((one) => one === 'integer' || one === 'number'),
      ),
    );
    expect(new Set(numbers.map(([name]) => name))).toEqual(
      new Set(['connections', 'overlap', 'accessTokenExpiresIn', 'sessionIdle', 'sessionMaxAge']),
    );
    for (const [name, { minimum, maximum }] of numbers)
      expect([name, typeof minimum, typeof maximum]).toEqual([name, 'number', 'number']);
  });

  const SERVER = { name: 'Files', scopes: {}, identifier: 'https://files.example.com/mcp' };
  it.each<[string, string, string, object]>([
    ['POST', '/connections/end', 'connections', { at: '2026-11-30T08:00:00Z' }],
    ['PATCH', '/settings', 'sessionIdle', {}],
    ['PATCH', '/settings', 'sessionMaxAge', {}],
    ['POST', '/servers', 'accessTokenExpiresIn', SERVER],
    ['POST', `/clients/${ID}/secret`, 'overlap', {}],
  ])('refuses a number at %s %s that nothing can count: %s', async (method, path, name, more) => {
    for (const number of [1e308, -1e308, 2 ** 53, 1.5, '600', Number.MIN_VALUE]) {
      const headers = { 'if-match': '*' };
      const answer = await api(service, token, method, path, { body: { ...more, [name]: number }, headers });
      expect([number, answer.status, answer.body['errors']]).toEqual([
        number,
        400,
        [expect.objectContaining({ parameter: name })],
      ]);
    }
  });

  it('says how large a logo may be, at both doors, and how large a body', async () => {
    const headers = { 'if-match': '*' };
    for (const size of [102_401, 200_000]) {
      const body = { logo: Buffer.alloc(size).toString('base64') };
      const { status, body: said } = await api(service, token, 'PATCH', '/settings', { body, headers });
      expect([status, said['detail']]).toEqual([400, expect.stringContaining('at most 100 kB: make')]);
    }
    const huge = await api(service, token, 'PATCH', '/settings', {
      body: { logo: 'A'.repeat(1_100_000) },
      headers,
    });
    expect([huge.status, huge.body['detail']]).toEqual([413, expect.stringContaining('1,024 kB at most')]);
    const browser = await signedIn(service);
    const { body } = await browser.get(`${service.issuer}/admin/settings`);
    const form = new FormData();
    form.set('csrf', /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '');
    form.set('logo', new Blob([Buffer.alloc(200_000)]), 'logo.png');
    const request = new Request('http://x', { method: 'POST', body: form });
    const answer = await browser.request(`${service.issuer}/admin/settings/logo`, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': request.headers.get('content-type') ?? '' },
      body: Buffer.from(await request.arrayBuffer()),
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('at most 100 kB: make the picture smaller');
    expect(answer.body).toContain('Back to the settings');
    expect((await press(service, browser, '/admin/settings/logo/remove')).status).toBe(303);
  });
});
