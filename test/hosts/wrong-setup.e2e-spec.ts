import {
  All,
  Controller,
  Get,
  Injectable,
  type LoggerService,
  Module,
  type ModuleMetadata,
  Post,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, describe, expect, it } from 'vitest';
import {
  AccountDirectory,
  McpAuthGuard,
  McpAuthModule,
  PromptScopes,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from '../../src/index.js';
import { McpResourceModule } from '../../src/resource.js';
import { dropSchema, newSchema, postgresUrl } from '../support/postgres.js';

const ISSUER = 'https://auth.example.com';
const RESOURCE = 'https://api.example.com/mcp';
const schema = newSchema();

@Injectable()
class People extends AccountDirectory {
  find = async () => null;
}

@Injectable({ scope: Scope.REQUEST })
class PeopleOfARequest extends AccountDirectory {
  find = async () => null;
}

@Injectable()
class PeopleBesideARequest extends AccountDirectory {
  constructor(readonly scoped: PeopleOfARequest) {
    super();
  }
  find = async () => null;
}

@Injectable()
class NoDirectory {
  people = [];
}

class Unprovided extends People {}

@Controller('sign-in')
class SignIn {
  @Get()
  show() {
    return 'Sign in';
  }
}

const auth = (given: Partial<Record<keyof Parameters<typeof McpAuthModule.forRoot>[0], unknown>> = {}) =>
  McpAuthModule.forRoot({
    issuer: ISSUER,
    resource: RESOURCE,
    scopes: { read: 'Read' },
    loginPage: '/sign-in',
    database: { url: postgresUrl ?? '', schema },
    secret: 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
    accounts: People,
    ...given,
  } as Parameters<typeof McpAuthModule.forRoot>[0]);
const resource = (given: object = {}) =>
  McpResourceModule.forRoot({ issuer: ISSUER, resource: RESOURCE, scopes: { read: 'Read' }, ...given });

/** A controller whose handler or class is decorated. */
function decorated(...decorators: (ClassDecorator & MethodDecorator)[]): [Type, Type] {
  @Controller('mcp')
  @UseGuards(McpAuthGuard)
  class ToolsByHandler {
    @Post()
    call() {
      return {};
    }
  }
  @Controller('other')
  class ToolsByClass {
    @Post()
    call() {
      return {};
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(ToolsByHandler.prototype, 'call');
  for (const decorator of decorators) {
    decorator(ToolsByHandler.prototype, 'call', descriptor ?? {});
    decorator(ToolsByClass);
  }
  return [ToolsByHandler, ToolsByClass];
}

const said: string[] = [];
const log = (level: string) => (message: unknown, context?: unknown) => {
  said.push(`${level} [${String(context)}] ${String(message)}`);
};
const logger: LoggerService = { log: log('log'), error: log('error'), warn: log('warn') };

async function start(host: ModuleMetadata, adapter: AbstractHttpAdapter = new ExpressAdapter(), prefix = '') {
  @Module({ providers: [People], ...host })
  class Host {}
  said.length = 0;
  const application = await NestFactory.create(Host, adapter, { logger, abortOnError: false });
  application.setGlobalPrefix(prefix);
  try {
    await application.init();
    await application.close();
  } catch (error) {
    await application.close().catch(() => undefined);
    throw error;
  }
}

describe.skipIf(!postgresUrl)('a set-up that is wrong stops the start with one sentence', () => {
  afterAll(async () => {
    Logger.overrideLogger(false);
    await dropSchema(schema);
  });

  const signIn = [SignIn];

  it.each<[string, () => ModuleMetadata, RegExp]>([
    [
      'McpAuthModule without forRoot',
      () => ({ imports: [McpAuthModule] }),
      /^McpAuthModule has no options: import McpAuthModule\.forRoot/,
    ],
    [
      'McpResourceModule without forRoot',
      () => ({ imports: [McpResourceModule] }),
      /^McpResourceModule has no options: import/,
    ],
    [
      'a factory of nothing',
      () => ({
        imports: [McpAuthModule.forRootAsync({ useFactory: () => undefined as never, accounts: People })],
      }),
      /^McpAuthModule has no options/,
    ],
    [
      'both modules',
      () => ({ imports: [auth(), resource()], controllers: signIn }),
      /^Mcp\w+ and Mcp\w+ are both imported: .* leave McpResourceModule out\.$/,
    ],
    [
      'McpAuthModule twice',
      () => ({ imports: [auth(), auth({ loginPage: '/x' })] }),
      /^McpAuthModule is imported twice/,
    ],
    [
      'McpResourceModule twice',
      () => ({ imports: [resource(), resource({ scopes: {} })] }),
      /^McpResourceModule is imported twice/,
    ],
    [
      'the guard without a module',
      () => ({ controllers: decorated() }),
      /^McpAuthGuard is used without a module that knows tokens/,
    ],
    [
      'no accounts',
      () => ({ imports: [auth({ accounts: undefined })] }),
      /^`accounts` is not set: give McpAuthModule the class/,
    ],
    [
      'accounts that are an instance',
      () => ({ imports: [auth({ accounts: new People() })] }),
      /^`accounts` is no class: give the class of your AccountDirectory/,
    ],
    [
      'accounts that are made for each request',
      () => ({ imports: [auth({ accounts: PeopleOfARequest })], providers: [PeopleOfARequest] }),
      /^`accounts` is PeopleOfARequest, which is made anew for each request/,
    ],
    [
      'accounts that ask for what is made for each request',
      () => ({
        imports: [auth({ accounts: PeopleBesideARequest })],
        providers: [PeopleOfARequest, PeopleBesideARequest],
      }),
      /^`accounts` is PeopleBesideARequest, which is made anew for each request/,
    ],
    [
      'accounts that are no AccountDirectory',
      () => ({ imports: [auth({ accounts: NoDirectory })], providers: [NoDirectory] }),
      /^`accounts` is NoDirectory, which has no method current: let it extend AccountDirectory\.$/,
    ],
    [
      'accounts that nobody provides',
      () => ({ imports: [auth({ accounts: Unprovided })] }),
      /^Unprovided is not provided: add it to the providers/,
    ],
    [
      'a rate limiter that is none',
      () => ({ imports: [auth({ rateLimiter: NoDirectory })], providers: [People, NoDirectory] }),
      /^`rateLimiter` is NoDirectory, which has no method \w+: let it extend RateLimiter\.$/,
    ],
    [
      'no resource',
      () => ({ imports: [auth({ resource: undefined })] }),
      /^`resource` is not set: name the protected MCP server/,
    ],
    [
      'no resource of another issuer',
      () => ({ imports: [resource({ resource: undefined })] }),
      /^`resource` is not set/,
    ],
    [
      'default scopes that there are not',
      () => ({ imports: [auth({ defaultScopes: ['write'] })] }),
      /^`defaultScopes` names "write"/,
    ],
    [
      'a login page that nothing serves',
      () => ({ imports: [auth()] }),
      /^`loginPage` is \/sign-in, and no route of this application serves GET \/sign-in/,
    ],
    ...(
      [
        RequireScopes('wirte'),
        ToolScopes({ a: ['wirte'] }),
        ResourceScopes({ 'a://b': ['wirte'] }),
        PromptScopes({ a: ['wirte'] }),
      ] as const
    ).flatMap((decorator, index): [string, () => ModuleMetadata, RegExp][] => {
      const name = ['RequireScopes', 'ToolScopes', 'ResourceScopes', 'PromptScopes'][index] ?? '';
      const sentence = new RegExp(
        `^@${name} at Tools\\w+ names the scope wirte, which ${RESOURCE} does not have: it has read\\.$`,
      );
      const host = (module: () => ReturnType<typeof auth>, of: 0 | 1) => () => {
        const tools = decorated(decorator as ClassDecorator & MethodDecorator);
        return { imports: [module()], controllers: [SignIn, tools[of]] };
      };
      return [
        [`an unknown scope in @${name} of a handler`, host(resource, 0), sentence],
        [`an unknown scope in @${name} of a controller`, host(resource, 1), sentence],
        [`an unknown scope in @${name} beside McpAuthModule`, host(auth, 0), sentence],
      ];
    }),
    [
      'an unknown resource',
      () => ({ imports: [resource()], controllers: decorated(Resource('https://other.example')) }),
      /^@Resource at ToolsByHandler names https:\/\/other\.example: add it to the option `resource`/,
    ],
  ])('%s', async (_name, host, sentence) => {
    await expect(start(host())).rejects.toThrow(sentence);
  });

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
