import type { ServerResponse } from 'node:http';
import { expect, it, vi } from 'vitest';
import { sendOn } from './send-on.js';

it.each([
  ['https://client.example/cb?a=%20ü&b={c}', 'https://client.example/cb?a=%20%C3%BC&b=%7Bc%7D'],
  ['/anmelden für?interaction=1', '/anmelden%20f%C3%BCr?interaction=1'],
  ['/half-\ud800', '/half-%EF%BF%BD'],
  ["com.example.app:/cb?x=[1]!$&'()*+,;=:@", "com.example.app:/cb?x=[1]!$&'()*+,;=:@"],
])('sends %s as a URI reference (RFC 9110 §10.2.2)', (location, sent) => {
  const writeHead = vi.fn();
  sendOn({ writeHead, end: vi.fn() } as unknown as ServerResponse, location);
  expect(writeHead).toHaveBeenCalledWith(303, expect.objectContaining({ Location: sent }));
});
