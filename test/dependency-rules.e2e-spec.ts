import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

/** A house in which nothing is wrong. */
const HOUSE = {
  'src/oauth/client.ts': 'export interface OAuthClient { id: string }',
  'src/host/clock.ts': 'export class Clock {}',
  'src/persistence/database.ts': "import 'typeorm';\nexport class Database {}",
  'src/tokens/secrets.ts':
    "import { Database } from '../persistence/database.js';\nexport const secrets = Database;",
  'src/wiring/services.ts': "export * from '../guard/guard.js';",
  'src/guard/guard.ts':
    "import type { OAuthClient } from '../oauth/client.js';\nexport type Guarded = OAuthClient;",
  'src/mcp-auth.module.ts': "export * from './wiring/services.js';",
  'src/index.ts': "export * from './mcp-auth.module.js';",
  'service/src/web/page.ts': "export * from 'nestjs-mcp-auth';",
};

const VIOLATIONS: [title: string, file: string, text: string, rule: string][] = [
  [
    'an arrow upwards',
    'src/oauth/up.ts',
    "export * from '../host/clock.js';",
    'src/oauth imports only itself',
  ],
  [
    'an arrow upwards to a type',
    'src/persistence/up.ts',
    "import type { secrets } from '../tokens/secrets.js';\nexport type Up = typeof secrets;",
    'src/persistence imports only host, oauth',
  ],
  [
    'an arrow to a room beside it',
    'src/verification/beside.ts',
    "export * from '../persistence/database.js';",
    'src/verification imports only host, oauth',
  ],
  [
    'a room that the table does not know',
    'src/shared/thing.ts',
    "export * from '../oauth/client.js';",
    'src has only what the table names',
  ],
  [
    'a package outside of its rooms',
    'src/guard/typeorm.ts',
    "import { DataSource } from 'typeorm';\nexport const x = DataSource;",
    'typeorm, @nestjs/typeorm: only in persistence',
  ],
  [
    'a type of a package outside of its rooms',
    'src/clients/express.ts',
    "import type { Request } from 'express';\nexport type Asked = Request;",
    'express, @types/express, @nestjs/platform-express: only in endpoints',
  ],
  [
    'a circle of types',
    'src/tokens/one.ts',
    "import type { Two } from './two.js';\nexport type One = Two;",
    'no circle',
  ],
  [
    'a service that reaches behind the entries',
    'service/src/web/behind.ts',
    "export * from '../../../src/tokens/secrets.js';",
    'the library is imported by its entries alone',
  ],
  [
    'a service that does not use the name',
    'service/src/web/path.ts',
    "export * from '../../../src/index.js';",
    'the library is imported by its name',
  ],
  [
    'a library that knows the service',
    'src/mount/service.ts',
    "export * from '../../service/src/web/page.js';",
    'the library does not know the service',
  ],
  [
    'a database behind the resource entry',
    'src/resource.ts',
    "export * from './mcp-auth.module.js';\nexport * from './open-storage.js';",
    'nestjs-mcp-auth/resource and /testing go without typeorm',
  ],
];

interface Violation {
  from: string;
  rule: { name: string; severity: string };
}

let folder: string;
let violations: Violation[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-auth-house-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  const files = [
    ...Object.entries(HOUSE),
    ...VIOLATIONS.map(([, file, text]) => [file, text] as const),
    ['src/tokens/two.ts', "import type { One } from './one.js';\nexport type Two = One;"] as const,
    ['src/open-storage.ts', "export * from './persistence/database.js';"] as const,
  ];
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const { stdout } = await run(
    join(ROOT, 'node_modules/.bin/depcruise'),
    ['--config', join(ROOT, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src', 'service/src'],
    { cwd: folder },
  ).catch((failure: { stdout: string }) => failure);
  ({ violations } = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the dependency rules', () => {
  it.each(VIOLATIONS)('find %s', (_title, file, _text, rule) => {
    const found = violations.filter(({ from }) => from === file);
    expect(found.map(({ rule: { name } }) => name).filter((name) => name.startsWith(rule))).toHaveLength(1);
    expect(found[0]?.rule.severity).toBe('error');
  });

  it('find nothing where nothing is wrong', () => {
    const wrong = new Set(violations.map(({ from }) => from));
    expect(Object.keys(HOUSE).filter((file) => wrong.has(file))).toEqual([]);
  });
});
