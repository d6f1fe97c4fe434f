import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { McpSigningKeys } from 'nestjs-mcp-auth';
import { beforeAll, describe, expect, it } from 'vitest';
import { page, snippets } from '../../../test/support/how-to.js';
import { spellings } from '../../src/config/environment.js';
import { VARIABLES } from '../../src/config/variables.js';
import { commandNames } from '../support/run-command.js';
import { startStandalone } from '../support/standalone.js';
import { Keys, replaceLeaked } from './rotate-keys.js';

const FOLDER = join(import.meta.dirname, '../../../docs/how-to');

describe('the how-to pages', () => {
  let pages: { name: string; text: string }[];

  beforeAll(async () => {
    const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.md'));
    pages = await Promise.all(names.map(async (name) => ({ name, text: await page(name) })));
  });

  it('name variables that there are', () => {
    // One more name of that shape is the library's: it stands for its connection.
    const there = [...VARIABLES.flatMap(spellings), 'MCP_AUTH_CONNECTION'];
    for (const { name, text } of pages)
      for (const [variable] of text.matchAll(/\bMCP_AUTH_[A-Z_]+[A-Z]\b(?!_?\*)/g))
        expect(there, name).toContain(variable);
  });

  it('name commands that there are', () => {
    const named = pages.flatMap(({ text }) => [
      ...text.matchAll(/nestjs-mcp-auth-service ([a-z]+(?: [a-z]+(?:-[a-z]+)*)?)/g),
    ]);
    expect(named.length).toBeGreaterThan(5);
    for (const [, words = ''] of named) {
      const [first = ''] = words.split(' ');
      const names = commandNames();
      expect(names.includes(words) || names.includes(first), words).toBe(true);
    }
  });

  it('name metrics that are on the page of metrics', async () => {
    const known = await page('monitoring.md');
    for (const { name, text } of pages)
      for (const [metric] of text.matchAll(/\bmcp_auth_[a-z_]+_(?:total|seconds|loops|waiting)\b/g))
        expect(known, name).toContain(`\`${metric}\``);
  });
});

describe('docs/how-to/rotate-keys-and-secrets.md', () => {
  it('rotates keys by age and after a leak, as it stands in the page', async () => {
    const [program = '', leaked = ''] = await snippets('rotate-keys-and-secrets.md', 'ts');
    const file = await readFile(join(import.meta.dirname, 'rotate-keys.ts'), 'utf8');
    const code = program.slice(program.indexOf('@Injectable()')).replace('class Keys', 'export class Keys');
    expect(file).toContain(code);
    expect(file).toContain(leaked.trim());
    const service = await startStandalone();
    const keysOf = async () =>
      ((await (await fetch(`${service.issuer}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(
        ({ kid }) => kid,
      );
    const before = await keysOf();
    const signingKeys = service.application.get(McpSigningKeys, { strict: false });
    await new Keys(signingKeys).rotate();
    const rotated = await keysOf();
    expect(rotated).toEqual(expect.arrayContaining(before));
    expect(rotated.length).toBeGreaterThan(before.length);
    await replaceLeaked(signingKeys);
    const after = await keysOf();
    expect(after.filter((kid) => rotated.includes(kid)).length).toBeLessThan(rotated.length);
    await service.close();
  });
});
