import { All, Controller, Get, Post } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, describe, expect, it } from 'vitest';
import {
  auth,
  cleanUp,
  decorated,
  ISSUER,
  RESOURCE,
  resource,
  said,
  SignIn,
  start,
} from '../support/host-setup.js';
import { dropSchema, newSchema, postgresUrl } from '../support/postgres.js';

describe.skipIf(!postgresUrl)("a host's routes beside the endpoints", () => {
  afterAll(cleanUp);

  describe.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])('on %s', (_platform, adapter) => {
    @Controller()
    class Explicit {
      @Post('register')
      register() {
        return {};
      }
    }

    @Controller('.well-known/oauth-protected-resource')
    class OwnMetadata {
      @Get()
      show() {
        return {};
      }
    }

    @Controller()
    class ForAll {
      @All('token')
      token() {
        return {};
      }
      @Get(':page')
      page() {
        return {};
      }
    }

    @Controller()
    class Other {
      @Get('token')
      token() {
        return {};
      }
      @Post('register/:id')
      register() {
        return {};
      }
    }

    it('a route that an endpoint shadows stops the start', async () => {
      const host = { imports: [auth()], controllers: [SignIn, Explicit] };
      await expect(start(host, adapter())).rejects.toThrow(
        'POST /register is a route of this application and an endpoint of the authorization server: move the route',
      );
      await expect(start({ imports: [resource()], controllers: [OwnMetadata] }, adapter())).rejects.toThrow(
        'GET /.well-known/oauth-protected-resource is a route of this application and an endpoint',
      );
    });

    it('an issuer with a path leaves those routes alone', async () => {
      await start(
        {
          imports: [auth({ issuer: `${ISSUER}/auth`, database: database() })],
          controllers: [SignIn, Explicit],
        },
        adapter(),
      );
      expect(warnings()).toEqual([]);
    });

    it('routes that keep some of their requests are named in a warning, and others in none', async () => {
      await start({ imports: [auth()], controllers: [SignIn, Other] }, adapter());
      expect(warnings()).toEqual([]);
      await start({ imports: [auth()], controllers: [SignIn, ForAll] }, adapter());
      expect(warnings()[0]).toBe(
        'warn [McpAuthModule] The route /token of this application does not get POST /token, which is an endpoint of the authorization server.',
      );
      expect(warnings()[1]).toContain('The route /:page of this application does not get GET, HEAD /');
    });

    it('a guard that stands elsewhere than its resource is named in a warning', async () => {
      const [guarded] = decorated();
      await start({ imports: [resource()], controllers: [guarded] }, adapter(), 'api');
      expect(warnings()).toEqual([
        `warn [McpResourceModule] ToolsByHandler.call is at /api/mcp, and the resource that it protects is ${RESOURCE}: name https://api.example.com/api/mcp in \`resource\` or @Resource, or move the route.`,
      ]);
      await start(
        { imports: [resource({ resource: 'https://api.example.com' })], controllers: [guarded] },
        adapter(),
        'api',
      );
      expect(warnings()).toEqual([]);
    });
  });

  const warnings = () => said.filter((line) => line.startsWith('warn'));
  const others = newSchema();
  const database = () => ({ url: postgresUrl ?? '', schema: others });
  afterAll(() => dropSchema(others));

  it('the log says nothing of the application inside', async () => {
    await start({ imports: [auth()], controllers: [SignIn] });
    expect(said.filter((line) => /InnerModule|Controller/.test(line))).toEqual([]);
    expect(said.filter((line) => line.includes('Starting Nest application'))).toHaveLength(1);
    expect(said.filter((line) => line.includes('SignIn {/sign-in}'))).toHaveLength(1);
  });
});
