import { expect, it } from 'vitest';
import type { Clock } from '../host/clock.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { ClientRegistry } from './client-registry.js';
import type { ClientSource } from './client-source.js';
import type { ClientSources } from './client-sources.js';

const named = (name: string) => ({ clientId: 'one', name, redirectUris: ['https://one.example/'] });

/** Its source says one thing after another. */
function registry(...answers: (ReturnType<typeof named> | Error | null)[]) {
  const find = async () => {
    const answer = answers.shift() ?? null;
    if (answer instanceof Error) throw answer;
    return answer && { client: answer as unknown as OAuthClient, freshUntil: Infinity };
  };
  const source: ClientSource = { name: 'registered', owns: () => true, find };
  return new ClientRegistry({ all: [source] } as unknown as ClientSources, { now: () => 0 } as Clock);
}

it('asks its source once whether a known client is still the same', async () => {
  const clients = registry(named('A'), named('A'));
  await clients.find('one');
  const { client, isCurrent } = await clients.known('one');
  expect(client?.name).toBe('A');
  expect([await isCurrent(), await isCurrent()]).toEqual([true, true]);
});

it('asks nobody about a client that was just read', async () => {
  const { client, isCurrent } = await registry(named('A')).known('one');
  expect([client?.name, await isCurrent()]).toEqual(['A', true]);
});

it.each([
  ['is another', named('B'), 'B'],
  ['is gone', null, undefined],
  ['is none any more', new InvalidClientError(), undefined],
])('knows no client that %s', async (_name, answer, expected) => {
  const clients = registry(named('A'), answer);
  await clients.find('one');
  const { isCurrent } = await clients.known('one');
  expect(await isCurrent()).toBe(false);
  expect((await clients.known('one')).client?.name).toBe(expected);
});

it('knows no client that is another, also when somebody has told of changes meanwhile', async () => {
  const clients = registry(named('A'), named('B'), named('C'));
  await clients.find('one');
  const { isCurrent } = await clients.known('one');
  const asked = isCurrent();
  clients.forget('two');
  expect(await asked).toBe(false);
  expect((await clients.known('one')).client?.name).toBe('C');
});

it('says so where nobody can say', async () => {
  const clients = registry(named('A'), new TemporarilyUnavailableError());
  await clients.find('one');
  const { isCurrent } = await clients.known('one');
  await expect(isCurrent()).rejects.toThrow(TemporarilyUnavailableError);
  expect((await clients.known('one')).client?.name).toBe('A');
});
