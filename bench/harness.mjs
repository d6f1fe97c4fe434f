import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

const CONCURRENCY = 16;
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { message: 'hello' } },
});

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs `task` for every number below `count`, as many at once as there are connections. */
export async function atOnce(count, task) {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < count) await task(next++);
    }),
  );
}

let port = 20_000 + (process.pid % 20_000);
export const freshIssuer = () => `http://localhost:${++port}`;

/** Forks a server, by default that of guarded-server.mjs, for an issuer that may be another instance's too. */
export async function startServer({ issuer = freshIssuer(), script = 'guarded-server.mjs', ...options }) {
  const own = ++port;
  const child = fork(join(import.meta.dirname, script), [JSON.stringify({ port: own, issuer, ...options })], {
    execArgv: ['--expose-gc'],
  });
  const pending = new Map();
  let last = 0;
  const reply = (id) =>
    new Promise((resolve, reject) => {
      pending.set(id, resolve);
      child.once('exit', reject);
    });
  const ready = reply(0);
  child.on('message', ({ id, answer }) => {
    pending.get(id)(answer);
    pending.delete(id);
  });
  child.setMaxListeners(0);
  await ready;
  child.removeAllListeners('exit');

  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const server = {
    issuer,
    origin: `http://127.0.0.1:${own}`,
    ask: (ask, value) => {
      child.send({ id: ++last, ask, value });
      return new Promise((resolve) => pending.set(last, resolve));
    },
    /** The status of one request. */
    post: (path, body, headers) =>
      new Promise((resolve, reject) => {
        const options = { port: own, host: '127.0.0.1', path, method: 'POST', agent };
        const length = { 'content-length': Buffer.byteLength(body) };
        request({ ...options, headers: { ...length, ...headers } }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end(body);
      }),
    /** The status of one call. */
    call: (path, token) =>
      server.post(path, BODY, {
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      }),
    /** Microseconds of the server's CPU for each of `requests` calls, with the tokens in turn, null for none. */
    cpuPerCall: async (path, requests, tokens, expected = 201) => {
      const before = await server.ask('cpu');
      await atOnce(requests, async (index) => {
        const status = await server.call(path, tokens[index % tokens.length]);
        if (status !== expected) throw new Error(`${path}: ${status}`);
      });
      const after = await server.ask('cpu');
      return (after.user + after.system - before.user - before.system) / requests;
    },
    stop: () => {
      agent.destroy();
      child.kill();
      return new Promise((resolve) => child.once('exit', resolve));
    },
  };
  return server;
}
