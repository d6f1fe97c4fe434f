import { type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpAuthGuard } from 'nestjs-mcp-auth';
import { guardFor, TestTokens } from 'nestjs-mcp-auth/testing';

// What the fragments of docs/how-to/testing.md stand in, each in a function of its own.

export async function oneController(NotesController: Type) {
  const module = await Test.createTestingModule({ controllers: [NotesController] })
    .overrideGuard(McpAuthGuard)
    .useValue(guardFor({ userId: 'alice', scopes: ['notes:read'] }))
    .compile();
  return module.createNestApplication().init();
}

export async function controllersBehindTheRealGuard(NotesController: Type) {
  const tokens = new TestTokens({
    resource: 'http://localhost/mcp',
    scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes' },
  });
  const module = await Test.createTestingModule({
    imports: [tokens.module],
    controllers: [NotesController],
  }).compile();
  const app = module.createNestApplication();
  await app.init();

  const token = await tokens.issue({ userId: 'alice', scopes: ['notes:read'] });
  return { app, token };
}

export async function wholeApplication(AppModule: Type) {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = module.createNestApplication();
  await app.init();

  const token = await TestTokens.of(app).issue({ userId: 'alice', scopes: ['notes:read'] });
  return { app, token };
}
