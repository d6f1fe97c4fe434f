import { describe, expect, it } from 'vitest';
import { StaticProtectedResources } from './protected-resources.js';
import type { ProtectedResource } from './resource.js';

const described = (identifier: string): ProtectedResource => ({
  identifier,
  name: identifier,
  scopes: {},
  challengeScopes: [],
  scopeHierarchy: {},
  accessTokenExpiresIn: null,
  signingAlgorithm: null,
  maxAge: null,
  enabled: true,
});

const MCP = 'https://api.example.com/mcp';
const ROOT = 'https://root.example.com';
const TENANT = 'https://api.example.com/tenants?id=a';
const PORT = 'http://localhost:3000/mcp';
const resources = new StaticProtectedResources(
  'https://auth.example.com',
  [MCP, ROOT, TENANT, PORT].map(described),
);

describe('the resource that a request names (RFC 8707 §2)', () => {
  it.each([
    [MCP, MCP],
    ['HTTPS://API.Example.COM/mcp', MCP],
    [`${MCP}/`, MCP],
    [`${MCP}?utm_source=plugin`, MCP],
    [`${MCP}/?utm_source=plugin&x=?y`, MCP],
    [`${MCP}?`, MCP],
    [ROOT, ROOT],
    [`${ROOT}/`, ROOT],
    [`${ROOT}?utm_source=plugin`, ROOT],
    [`${ROOT}/?utm_source=plugin`, ROOT],
    [TENANT, TENANT],
    ['https://API.example.com/tenants?id=a', TENANT],
    ['HTTP://LOCALHOST:3000/mcp', PORT],
  ])('%j is %s', (named, identifier) => {
    expect(resources.requested([named])?.identifier).toBe(identifier);
  });

  it.each([
    'https://api.example.com/MCP',
    'https://api.example.com/mcp//',
    'https://api.example.com//mcp',
    'https://api.example.com/mcp/sub',
    'https://api.example.com/./mcp',
    'https://api.example.com/x/../mcp',
    'https://api.example.com/%6Dcp',
    'https://api.example.com/mcp#',
    'https://api.example.com/mcp#x',
    'https://api.example.com:443/mcp',
    'https://api.example.com./mcp',
    'https://user@api.example.com/mcp',
    'https://api.example.com@evil.example/mcp',
    'https:/api.example.com/mcp',
    'https:api.example.com/mcp',
    'https:\\\\api.example.com\\mcp',
    'https://api.example.com\\mcp',
    'http://api.example.com/mcp',
    '//api.example.com/mcp',
    'api.example.com/mcp',
    '',
    ' https://api.example.com/mcp',
    'https://api.example.com/mcp ',
    'https://api.example.com/mcp\n',
    'https://api.example .com/mcp',
    'https://api.exam\tple.com/mcp',
    'https://api.exam\nple.com/mcp',
    'https://api.exam\rple.com/mcp',
    'ht\ttps://api.example.com/mcp',
    'https://api.example.com/m\tcp',
    'https://api.example.com/mcp?\t',
    'https://api%2Eexample.com/mcp',
    'https://api.exam%09ple.com/mcp',
    // The long s, which lower-cases to s, and its like.
    'http\u017F://api.example.com/mcp',
    'http://localho\u017Ft:3000/mcp',
    'https://api.example.com\u3002/mcp',
    'https://\uFF41pi.example.com/mcp',
    'https://api.ex\u00ADample.com/mcp',
    'https://api.example.com/tenants',
    'https://api.example.com/tenants?id=b',
    'https://api.example.com/tenants?id=a&x=y',
    'https://api.example.com/tenants?ID=a',
  ])('%j is invalid_target', (named) => {
    expect(() => resources.requested([named])).toThrow(expect.objectContaining({ error: 'invalid_target' }));
  });
});
