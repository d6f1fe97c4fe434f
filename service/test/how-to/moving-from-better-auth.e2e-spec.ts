import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../../test/support/app.js';
import { encode } from '../../../test/support/browser.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { importBetterAuth } from '../../src/commands/import-better-auth.command.js';
import { counted, type Move, startMove } from '../support/better-auth-move.js';
import { moveOver } from './move-over.js';

const PAGE = 'moving-from-better-auth.md';

describe.skipIf(!postgresUrl)(`docs/how-to/${PAGE}`, () => {
  let moved: Move | undefined;
  afterEach(async () => {
    await moved?.close();
    moved = undefined;
  });

  const refresh = async ({ old, service }: Move) => {
    const { client_id } = old.client('public');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = encode({
      grant_type: 'refresh_token',
      client_id,
      refresh_token: old.refreshToken('public'),
    });
    return (await fetch(`${service.issuer}/token`, { method: 'POST', headers, body })).status;
  };

  it('has commands that look, and then take over what is there', async () => {
    moved = await startMove('better_auth_a');
    const commands = await snippets(PAGE, 'sh');
    expect(commands).toHaveLength(2);
    const [look, take] = commands.map((command) => {
      const [npx, program, group, name, ...words] = command.replaceAll('\\\n', ' ').trim().split(/\s+/);
      expect([npx, program, group, name]).toEqual([
        'npx',
        'nestjs-mcp-auth-service',
        'import',
        'better-auth',
      ]);
      return words.map((word) => (word.startsWith('postgres://') ? (moved?.old.url ?? '') : word));
    });
    const looked = await moved.run(...(look ?? []));
    expect([looked.code, looked.errors, await refresh(moved)]).toEqual([0, '', 401]);
    const taken = await moved.run(...(take ?? []));
    expect([taken.code, counted(taken, 'people'), await refresh(moved)]).toEqual([0, [4, 0, 0], 200]);
  });

  it('has a function that moves clients of an application that keeps its people', async () => {
    const [snippet] = await snippets(PAGE, 'ts');
    expect(snippet).toBe(await readFile(join(import.meta.dirname, 'move-over.ts'), 'utf8'));
    moved = await startMove('better_auth_a');
    const { application } = moved.service;
    const { applied, taken } = await moveOver(application, moved.old.url);
    expect([applied, taken.clients, taken['refresh tokens']]).toEqual([true, 4, 2]);
  });

  it('names every option of the command, and endpoints that there are', async () => {
    const text = await page(PAGE);
    for (const { long } of importBetterAuth().options) expect(text).toContain(`${long}`);
    moved = await startMove('better_auth_a');
    for (const path of [
      '/authorize',
      '/token',
      '/register',
      '/jwks',
      '/userinfo',
      '/introspect',
      '/revoke',
    ]) {
      expect(text).toContain(`\`${path}\``);
      expect((await fetch(`${moved.service.issuer}${path}`)).status, path).not.toBe(404);
    }
  });
});
