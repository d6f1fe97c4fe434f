import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientIdProblem, isReservedForClients, newClientId } from './client-id.js';

describe('the ids of clients and of people (RFC 9700 §4.15)', () => {
  it('makes ids that no person has', () => {
    expect(newClientId()).toMatch(/^client_[\w-]{22}$/);
    expect(isReservedForClients(newClientId())).toBe(true);
    expect(clientIdProblem(newClientId())).toBeNull();
  });

  it.each([
    ['client_x', true],
    ['https://app.example/client.json', true],
    ['HTTP://app.example', true],
    ['alice', false],
    ['auth0|client_1', false],
    [randomUUID(), false],
  ])('keeps %s for clients: %s', (id, reserved) => expect(isReservedForClients(id)).toBe(reserved));

  it.each([randomUUID(), randomUUID().toUpperCase()])('refuses %s, which could be a user id', (id) =>
    expect(clientIdProblem(id)).toContain("could be a user's"),
  );
  it('takes a name', () => expect(clientIdProblem('notes-server')).toBeNull());
});
