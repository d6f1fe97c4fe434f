import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ForeignFetch, ForeignFetchError } from './foreign-fetch.js';

/** How a fetch failed, and that it was over in time. */
async function failureOf(fetching: Promise<unknown>): Promise<string> {
  const begun = performance.now();
  const failure = await fetching.then(
    () => 'none',
    (error: unknown) => (error instanceof ForeignFetchError ? error.failure : String(error)),
  );
  expect(performance.now() - begun).toBeLessThan(4_000);
  return failure;
}

/** Special addresses in every spelling that a URL takes; PORT is where a listener waits. */
const BLOCKED_URLS = `
https://127.0.0.1:PORT/ https://127.0.0.1.:PORT/ https://127.1:PORT/ https://127.0.1:PORT/ https://127.255.255.254:PORT/
https://2130706433:PORT/ https://017700000001:PORT/ https://0x7f000001:PORT/ https://0177.0.0.1:PORT/
https://0x7f.0.0.1:PORT/ https://0x7f.0.1:PORT/ https://0177.0.0x0.1:PORT/ https://127.0x0.0.0001:PORT/
https://%31%32%37.0.0.1:PORT/ https://①②⑦.0.0.1:PORT/ https://１２７.0.0.1:PORT/ https://127。0。0。1:PORT/
https://0.0.0.0:PORT/ https://0:PORT/ https://0x0:PORT/ https://0.0:PORT/
https://[::1]:PORT/ https://[0:0:0:0:0:0:0:1]:PORT/ https://[0000::0001]:PORT/ https://[::]:PORT/
https://[::ffff:127.0.0.1]:PORT/ https://[::ffff:7f00:1]:PORT/ https://[0:0:0:0:0:ffff:127.0.0.1]:PORT/
https://[::127.0.0.1]:PORT/ https://[::7f00:1]:PORT/ https://[::ffff:0:127.0.0.1]:PORT/ https://[::ffff:0.0.0.0]:PORT/
https://[64:ff9b::127.0.0.1]:PORT/ https://[64:ff9b::7f00:1]:PORT/ https://[64:ff9b:1::127.0.0.1]:PORT/
https://[64:ff9b::a9fe:a9fe]/ https://[2002:7f00:1::]:PORT/ https://[2002:a9fe:a9fe::1]/ https://[2001::1]:PORT/
https://[fe80::1]:PORT/ https://[fec0::1]:PORT/ https://[fd00::1]:PORT/ https://[fc00::1]:PORT/ https://[ff02::1]:PORT/
https://[100::1]:PORT/ https://[2001:db8::1]:PORT/ https://[5f00::1]:PORT/
https://169.254.169.254/latest/meta-data/ https://0xa9fea9fe/ https://2852039166/ https://169.254.170.2/
https://[::ffff:169.254.169.254]/ https://[fd00:ec2::254]/
https://10.0.0.1/ https://10.1/ https://172.16.0.1/ https://172.31.255.255/ https://192.168.0.1/ https://192.168.257/
https://100.64.0.1/ https://192.0.0.1/ https://198.18.0.1/ https://192.0.2.1/ https://203.0.113.1/ https://224.0.0.1/
https://240.0.0.1/ https://255.255.255.255/
`
  .trim()
  .split(/\s+/);

const REFUSED_URLS = [
  'http://127.0.0.1:PORT/',
  'http://client.example/',
  'http://localhost:PORT/',
  'https://[fe80::1%25lo]:PORT/',
  'https://[fe80::1%lo]:PORT/',
  'https://user@client.example/',
  'https://user:password@client.example/',
  'https://client.example@127.0.0.1:PORT/',
  'ftp://client.example/',
  'file:///etc/passwd',
  'data:application/json,{}',
  'gopher://127.0.0.1:PORT/',
  'https://',
  'client.example',
  '//127.0.0.1:PORT/',
  '',
];

/** Names, and the addresses that each lookup of them answers, one after the other. */
const NAMES: Record<string, string[][]> = {
  'loopback.example': [['127.0.0.1']],
  'loopback6.example': [['::1']],
  'mapped.example': [['::ffff:127.0.0.1']],
  'nat64.example': [['64:ff9b::7f00:1']],
  'zero.example': [['0.0.0.0']],
  'private.example': [['10.0.0.1']],
  'metadata.example': [['169.254.169.254']],
  'good-and-bad.example': [['93.184.216.34', '127.0.0.1']],
  'bad-and-good.example': [['127.0.0.1', '93.184.216.34']],
  'zone.example': [['fe80::1%lo']],
  'trailing-dot.example.': [['127.0.0.1']],
  localhost: [['127.0.0.1']],
  'app.localhost': [['127.0.0.1']],
  'localhost.': [['127.0.0.1']],
  'nobody.example': [[]],
};

describe('a URL that a stranger names', () => {
  let connections = 0;
  let listeners: TcpServer[];
  let port: number;
  const fetches: ForeignFetch[] = [];

  const lookupOf =
    (names: Record<string, string[][]>) =>
    (
      hostname: string,
      _: unknown,
      callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
    ) => {
      const answers = names[hostname] ?? names[hostname.toLowerCase()] ?? [[]];
      const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      callback(
        addresses.length > 0 ? null : Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }),
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
  const foreign = (names: Record<string, string[][]> = NAMES) => {
    const fetching = new ForeignFetch({ lookup: lookupOf(names) });
    fetches.push(fetching);
    return fetching;
  };

  beforeAll(async () => {
    const listen = async (host: string, at: number) => {
      const server = createTcpServer((socket) => {
        connections += 1;
        socket.destroy();
      }).listen(at, host);
      await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
      return server;
    };
    const first = await listen('0.0.0.0', 0);
    ({ port } = first.address() as AddressInfo);
    listeners = [first, await listen('::1', port)];
  });
  afterEach(async () => {
    await Promise.all(fetches.splice(0).map((fetching) => fetching.close()));
  });
  afterAll(() => listeners.forEach((server) => server.close()));

  it('comes in more than sixty dangerous forms', () => {
    expect(BLOCKED_URLS.length + REFUSED_URLS.length + Object.keys(NAMES).length).toBeGreaterThan(60);
  });

  it.each([...BLOCKED_URLS, ...REFUSED_URLS])('does not lead to a special address: %s', async (url) => {
    const failure = await failureOf(foreign().json(url.replace('PORT', String(port))));
    expect(failure).toBe('refused');
    expect(connections).toBe(0);
  });

  it.each([
    ...['127.0.0.1', '169.254.169.254', '0.0.0.0', '::1', 'fe80::1', '224.0.0.1', '192.168.0.1'].map(
      (address) => [address, 'refused'],
    ),
    ...['10.255.255.254', '100.64.0.1', 'fd12:3456::1'].map((address) => [address, 'unreachable']),
  ])('is %s of one’s own network, and is %s', async (address, failure) => {
    const networks = ['10.0.0.0/8', '100.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/8', '::/0'];
    const own = new ForeignFetch({ networks, lookup: lookupOf({ 'server.example': [[address]] }) });
    expect(await failureOf(own.json('https://server.example/'))).toBe(failure);
  });

  it.each(Object.keys(NAMES))('does not lead to a special address by the name %s', async (name) => {
    const failure = await failureOf(foreign().json(`https://${name}:${port}/`));
    expect(failure).toBe('refused');
    expect(connections).toBe(0);
  });

  it('is answered in the same words whether its name is unknown or private', async () => {
    const words = async (name: string) =>
      foreign()
        .json(`https://${name}/`)
        .catch((error: Error) => error.message);
    expect(await words('nobody.example')).toBe(await words('private.example'));
  });

  it('may be asked for again when the resolver failed', async () => {
    const fetching = new ForeignFetch({
      lookup: (_, _options, callback) =>
        callback(Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }), []),
    });
    fetches.push(fetching);
    expect(await failureOf(fetching.json('https://client.example/'))).toBe('unreachable');
  });

  it('cannot change its mind between the check and the connection', async () => {
    // A public address first, which nobody answers at; loopback at the next lookup.
    const names = { 'rebinding.example': [['192.88.98.1'], ['127.0.0.1']] };
    const fetching = foreign(names);
    expect(await failureOf(fetching.json(`https://rebinding.example:${port}/`))).toBe('unreachable');
    expect(await failureOf(fetching.json(`https://rebinding.example:${port}/`))).toBe('refused');
    expect(connections).toBe(0);
  });
});

describe('a document at a URL that a stranger names', () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  let requests: string[];
  let fetching: ForeignFetch;

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/document`;
    fetching = new ForeignFetch({ allowLoopback: true });
  });
  afterEach(async () => {
    await fetching.close();
    server.closeAllConnections();
    server.close();
  });

  const type = { 'content-type': 'application/json' };

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/cimd+json',
  ])('is read as %s', async (contentType) => {
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': contentType, etag: '"1"' }).end('{"a":"ä"}');
    const document = await fetching.json(url);
    expect([document.content, document.headers.etag]).toEqual([{ a: 'ä' }, '"1"']);
  });

  it.each<[string, string, RequestListener]>([
    ['gone', 'a 404', (_, response) => response.writeHead(404, type).end('{}')],
    ['gone', 'a 410', (_, response) => response.writeHead(410, type).end('{}')],
    ['unreachable', 'a 500', (_, response) => response.writeHead(500, type).end('{}')],
    ['unreachable', 'a 503', (_, response) => response.writeHead(503, type).end('{}')],
    ['unreachable', 'a 429', (_, response) => response.writeHead(429, type).end('{}')],
    ['unreachable', 'a closed connection', (request) => request.socket.destroy()],
    ['unreachable', 'no answer', () => undefined],
    [
      'unreachable',
      'a slow body',
      (_, response) => {
        response.writeHead(200, type);
        const timer = setInterval(() => response.write(' '), 100);
        response.on('close', () => clearInterval(timer));
      },
    ],
    ['wrong', 'a 403', (_, response) => response.writeHead(403, type).end('{}')],
    ['wrong', 'a 204', (_, response) => response.writeHead(204, type).end()],
    ['wrong', 'a redirect', (_, response) => response.writeHead(302, { ...type, location: '/x' }).end()],
    ['wrong', 'a 300', (_, response) => response.writeHead(308, { ...type, location: url }).end('{}')],
    ['wrong', 'HTML', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
    ['wrong', 'no type', (_, response) => response.writeHead(200).end('{}')],
    ['wrong', 'text', (_, response) => response.writeHead(200, type).end('text')],
    ['wrong', 'nothing', (_, response) => response.writeHead(200, type).end()],
    [
      'wrong',
      'broken UTF-8',
      (_, response) => response.writeHead(200, type).end(Buffer.from([0x22, 0xff, 0x22])),
    ],
    [
      'wrong',
      '65 kB',
      (_, response) => response.writeHead(200, type).end(JSON.stringify('x'.repeat(65_536))),
    ],
    [
      'wrong',
      'an endless body',
      (_, response) => {
        response.writeHead(200, type);
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
          response.once('drain', write);
        };
        write();
      },
    ],
    [
      'wrong',
      'a compressed body',
      (_, response) =>
        response
          .writeHead(200, { ...type, 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(50_000_000, 32))),
    ],
  ])('is %s with %s, in time', async (failure, _, given) => {
    answer = given;
    expect(await failureOf(fetching.json(url))).toBe(failure);
    expect(requests).toEqual(['/document']);
  });

  it('is not fetched from this computer unless that is allowed, and then over http from nowhere else', async () => {
    answer = (_, response) => response.writeHead(200, type).end('{}');
    const strict = new ForeignFetch();
    expect(await failureOf(strict.json(url))).toBe('refused');
    await strict.close();
    expect(await failureOf(fetching.json('http://client.example/'))).toBe('refused');
    expect(await failureOf(fetching.json('https://10.0.0.1/'))).toBe('refused');
    const named = new ForeignFetch({
      allowLoopback: true,
      lookup: (_, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await failureOf(named.json('https://client.example/'))).toBe('refused');
    await named.close();
    expect(requests).toEqual([]);
  });

  it('is no larger than whoever asks for it allows', async () => {
    answer = (_, response) => response.writeHead(200, type).end(JSON.stringify('x'.repeat(98)));
    expect((await fetching.json(url, 100)).content).toHaveLength(98);
    expect(await failureOf(fetching.json(url, 99))).toBe('wrong');
  });
});
