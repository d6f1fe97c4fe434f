import { execFile } from 'node:child_process';
import { cp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DPOP_CHALLENGE } from '../support/dpop.js';
import { freePort } from '../support/free-port.js';
import { hostDependencies, installPacked, nestDependencies } from '../support/packed-host.js';

const run = promisify(execFile);

describe('the packed library in a host', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await installPacked(hostDependencies('12'));
    await cp(join(import.meta.dirname, 'fixture'), folder, { recursive: true });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What a start that fails says, and leaves behind. */
  async function failingStart() {
    const dataDir = join(folder, 'data');
    const env = { ...process.env, PORT: String(await freePort()), DATA_DIR: dataDir };
    const ended = await run(process.execPath, ['main.mjs'], { cwd: folder, env }).then(
      () => ({ stderr: '' }),
      (error: { stderr: string }) => error,
    );
    // A start that fails makes no folder.
    const written = await readdir(dataDir).catch(() => []);
    await rm(dataDir, { recursive: true, force: true });
    return { said: ended.stderr, written };
  }

  it.each([
    ['pg', 'Every database is reached through pg, which is not installed: run `npm install pg`.'],
    [
      '@electric-sql/pglite',
      'The embedded database is @electric-sql/pglite, which is not installed: run `npm install @electric-sql/pglite`.',
    ],
  ])('without %s says so in one sentence, and makes no database', async (name, sentence) => {
    const installed = join(folder, 'node_modules', name);
    await rename(installed, join(folder, 'away'));
    try {
      const { said, written } = await failingStart();
      expect(said).toContain(sentence);
      expect(said).not.toContain('check database.url');
      expect(written).toEqual([]);
    } finally {
      await rename(join(folder, 'away'), installed);
    }
  });
});

describe('the packed library in a host without a database', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await installPacked(nestDependencies('12'));
    await cp(join(import.meta.dirname, 'fixture'), folder, { recursive: true });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has neither TypeORM nor a driver', async () => {
    const packages = await readdir(join(folder, 'node_modules'));
    expect(packages.filter((name) => ['typeorm', 'pg', '@electric-sql'].includes(name))).toEqual([]);
    expect(await readdir(join(folder, 'node_modules/@nestjs'))).not.toContain('typeorm');
  });

  it.each(['@nestjs/core', '@nestjs/common'])('says in one sentence that %s is there twice', async (name) => {
    const second = join(folder, 'node_modules/nestjs-mcp-auth/node_modules', name);
    await writeFile(join(folder, 'resource.mjs'), RESOURCE_SERVER);
    await cp(join(folder, 'node_modules', name), second, { recursive: true });
    try {
      const start = run(process.execPath, ['resource.mjs', String(await freePort())], { cwd: folder });
      await expect(start).rejects.toMatchObject({
        stderr: expect.stringContaining(
          `Error: ${name} is installed twice: once for the application,`,
        ) as string,
      });
    } finally {
      await rm(second, { recursive: true });
    }
  });

  it('protects a resource', async () => {
    const port = await freePort();
    await writeFile(join(folder, 'resource.mjs'), RESOURCE_SERVER);
    const { stdout } = await run(process.execPath, ['resource.mjs', String(port)], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      metadata: [`http://localhost:${port}/mcp`, ['https://auth.example.com']],
      call: [
        401,
        `Bearer resource_metadata="http://localhost:${port}/.well-known/oauth-protected-resource/mcp", ${DPOP_CHALLENGE}`,
      ],
    });
  });
});

/** Calls itself, and ends. */
const RESOURCE_SERVER = `
import 'reflect-metadata';
import { Controller, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpAuthGuard, McpResourceModule } from 'nestjs-mcp-auth/resource';

const resource = 'http://localhost:' + process.argv[2] + '/mcp';
class Tools { call() { return {}; } }
Post('mcp')(Tools.prototype, 'call', Object.getOwnPropertyDescriptor(Tools.prototype, 'call'));
UseGuards(McpAuthGuard)(Tools);
Controller()(Tools);
class App {}
Module({
  imports: [McpResourceModule.forRoot({ issuer: 'https://auth.example.com', resource })],
  controllers: [Tools],
})(App);
const app = await NestFactory.create(App, { logger: ['error'] });
await app.listen(Number(process.argv[2]), '127.0.0.1');
const found = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', resource));
const { resource: named, authorization_servers } = await found.json();
const refused = await fetch(resource, { method: 'POST' });
console.log(JSON.stringify({
  metadata: [named, authorization_servers],
  call: [refused.status, refused.headers.get('www-authenticate')],
}));
await app.close();
`;
