// The cache of verified tokens: bytes of the heap for each token, and hits when more go round than it holds.
//   node --expose-gc bench/token-cache.mjs
import { randomBytes, randomUUID } from 'node:crypto';
import { runnerImport } from 'vite';

const { module } = await runnerImport('./src/verification/verified-tokens.ts');
const { VerifiedTokens } = module;

const COUNT = 50_000;
const NOW = Date.now();
const part = (bytes) => randomBytes(bytes).toString('base64url');
/** Strings of their own, as a parser makes them. */
const fresh = (text) => JSON.parse(JSON.stringify(text));
const verified = (index, clients) =>
  fresh({
    tokenId: part(32),
    grantId: randomUUID(),
    userId: randomUUID(),
    delegatedFrom: [],
    clientId: `client-${index % clients}-${'x'.repeat(30)}`,
    resource: 'https://api.example.com/mcp',
    keyId: 'a-key-id-of-forty-three-characters-or-so-00',
    issuedAt: NOW + index,
    expiresAt: NOW + 3_600_000,
    scopes: ['files:read', 'files:write', 'openid'],
    status: { idx: index, uri: 'https://auth.example.com/status-lists/0' },
    confirmation: null,
    actor: null,
  });

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const caches = [];
for (const clients of [50, COUNT]) {
  const before = heap();
  const cache = new VerifiedTokens();
  for (let index = 0; index < COUNT; index++)
    cache.add(`header.${part(300)}.${part(64)}`, verified(index, clients), NOW);
  caches.push(cache);
  const used = heap() - before;
  console.log(
    `${cache.size} tokens of ${clients} clients: ${(used / 1e6).toFixed(1)} MB, ${Math.round(used / cache.size)} bytes each`,
  );
}

for (const factor of [0.9, 1.01, 1.5, 2, 4]) {
  const cache = new VerifiedTokens(2_000_000);
  const held = 3_300;
  const tokens = Array.from({ length: Math.round(held * factor) }, () => `header.${part(300)}.${part(64)}`);
  const described = new Map(tokens.map((token, index) => [token, verified(index, 1)]));
  let [calls, hits] = [0, 0];
  for (let round = 0; round < 12; round++)
    for (const token of tokens) {
      const known = cache.get(token);
      if (!known) cache.add(token, described.get(token), NOW);
      if (round < 2) continue;
      calls += 1;
      if (known) hits += 1;
    }
  console.log(`${factor} × what fits, in rotation: ${((100 * hits) / calls).toFixed(1)} % hits`);
}
