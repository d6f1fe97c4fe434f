import { Controller, type INestApplication, Module, Post, type Type, UseGuards } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { McpAuthGuard, McpSession, RequireScopes } from '../../src/index.js';
import { TestTokens } from '../../src/testing.js';
import { snippets } from '../support/how-to.js';
import { controllersBehindTheRealGuard, oneController, wholeApplication } from './testing.js';

/** Code without imports, and without the difference that indentation makes. */
const plain = (code: string) =>
  code
    .replaceAll(/^import [^;]*;$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

describe('the fragments of a how-to page', () => {
  it.each(['testing', 'tools-resources-prompts'])('of %s are those that are compiled', async (name) => {
    const compiled = plain(await readFile(join(import.meta.dirname, `${name}.ts`), 'utf8'));
    const fragments = await snippets(`${name}.md`, 'ts');
    expect(fragments.length).toBeGreaterThan(2);
    for (const fragment of fragments) expect(compiled).toContain(plain(fragment));
  });

  it('of testing work', async () => {
    const one = await oneController(NotesController);
    expect(await ask(one)).toEqual([201, 'alice']);
    await one.close();
    for (const make of [
      () => controllersBehindTheRealGuard(NotesController),
      () => wholeApplication(application()),
    ]) {
      const { app, token } = await make();
      expect((await ask(app))[0]).toBe(401);
      expect(await ask(app, token)).toEqual([201, 'alice']);
      await app.close();
    }
  });
});

@Controller('mcp')
@UseGuards(McpAuthGuard)
class NotesController {
  @Post()
  @RequireScopes('notes:read')
  call(@McpSession() session: McpSession) {
    return { user: session.userId };
  }
}

function application(): Type {
  const scopes = { 'notes:read': 'Read notes' };
  const { module } = new TestTokens({ resource: 'http://localhost/mcp', scopes });
  @Module({ imports: [module], controllers: [NotesController] })
  class AppModule {}
  return AppModule;
}

async function ask(app: INestApplication, token?: string): Promise<[number, unknown]> {
  if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
  const answer = await fetch(`${await app.getUrl()}/mcp`, {
    method: 'POST',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return [answer.status, ((await answer.json()) as { user?: string }).user];
}
