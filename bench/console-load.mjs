// Clients at work on two replicas while administrators end connections: how long each answer takes, and which status it has.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Browser } from './browser.mjs';
import { OAuthClient, REDIRECT } from './oauth-client.mjs';

/** An answer that is none of a client's work. */
class StatusError extends Error {
  constructor(status, text) {
    super(`${status} ${text.slice(0, 200)}`);
    this.status = status;
  }
}

/** What answers took, by kind: `{ kind, began, took, status }`, times in milliseconds of this process. */
export class Answers {
  all = [];

  async timed(kind, work) {
    const began = performance.now();
    let status = 200;
    try {
      await work();
    } catch (error) {
      status = error.status ?? String(error.cause?.code ?? error);
    }
    this.all.push({ kind, began, took: performance.now() - began, status });
    return status;
  }

  /** Those that were asked for between two times. */
  between(kind, from, to) {
    return this.all.filter((one) => one.kind === kind && one.began >= from && one.began < to);
  }
}

/** A client of one replica that knows which status it was answered with. */
class Client extends OAuthClient {
  async send(path, body, expected, init = {}) {
    const response = await fetch(this.server.origin + path, {
      ...(body && { method: 'POST', body: body instanceof Object ? new URLSearchParams(body) : body }),
      ...init,
    });
    if (response.status !== expected) throw new StatusError(response.status, await response.text());
    return response.json();
  }

  /** With the host that the issuer has: the other replica listens elsewhere. */
  async call(token) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const headers = {
      host: new URL(this.server.issuer).host,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
      accept: 'application/json, text/event-stream',
    };
    const response = await new Promise((resolve, reject) => {
      request(`${this.server.origin}/mcp`, { method: 'POST', headers }, resolve)
        .on('error', reject)
        .end(body);
    });
    response.resume();
    if (response.statusCode !== 200) throw new StatusError(response.statusCode, 'A call was refused.');
  }

  /** A grant of its own: `{ token }` to refresh with, and the access token. */
  async chain() {
    const tokens = await this.exchange(await this.code());
    return { token: tokens.refresh_token, access: tokens.access_token };
  }
}

/** A client that a person has connected on this replica. */
async function connected(server, clientId, person) {
  const client = new Client(server, clientId, 'mcp:tools');
  client.browser = new Browser({ [server.issuer]: server.origin }, {});
  await client.browser.through(client.authorizationUrl, REDIRECT, { ...person, decision: 'approve' });
  return client;
}

/** Work, again and again, so that one begins each `interval` milliseconds if answers come sooner than that. */
function every(interval, signal, works) {
  return async () => {
    for (let turn = 0; !signal.aborted; turn++) {
      const began = performance.now();
      await works[turn % works.length]();
      await delay(Math.max(1, interval - (performance.now() - began)));
    }
  };
}

/** A loop of refreshes, exchanges and guarded calls, `rate` requests a second. */
export async function worker(server, clientId, person, { answers, signal, rate }) {
  const client = await connected(server, clientId, person);
  const chain = await client.chain();
  const refresh = () => answers.timed('refresh', () => client.refresh(chain));
  const call = () => answers.timed('call', () => client.call(chain.access));
  const exchange = async () => {
    const code = await client.code();
    await answers.timed('exchange', () => client.exchange(code));
  };
  return every(1000 / rate, signal, [refresh, call, refresh, call, exchange]);
}

/** Loops of as many connections as given, which are among those that end: each refreshes and calls once a second. */
export async function doomed(server, clientId, person, { answers, signal, count }) {
  const client = await connected(server, clientId, person);
  const loops = [];
  for (let number = 0; number < count; number++) {
    const chain = await client.chain();
    loops.push(
      every(1000, signal, [
        async () => {
          await answers.timed('refresh of those that end', () => client.refresh(chain));
          await answers.timed('call of those that end', () => client.call(chain.access));
        },
      ]),
    );
  }
  return loops;
}
