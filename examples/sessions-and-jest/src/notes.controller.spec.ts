import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpAuthGuard } from 'nestjs-mcp-auth';
import { guardFor } from 'nestjs-mcp-auth/testing';
import request from 'supertest';
import { NotesController } from './notes.controller';

describe('NotesController', () => {
  let application: INestApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [NotesController] })
      .overrideGuard(McpAuthGuard)
      .useValue(guardFor({ userId: 'bob', scopes: ['notes:read'] }))
      .compile();
    application = module.createNestApplication();
    await application.init();
  });
  afterAll(() => application.close());

  it('reads the note of whoever calls', async () => {
    const { text } = await request(application.getHttpServer())
      .post('/mcp')
      .set('Accept', 'application/json, text/event-stream')
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_note', arguments: {} } })
      .expect(200);
    expect(text).toContain('The note of bob');
  });
});
