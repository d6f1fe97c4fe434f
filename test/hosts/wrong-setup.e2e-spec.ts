import { Injectable, type ModuleMetadata, Scope } from '@nestjs/common';
import { afterAll, describe, expect, it } from 'vitest';
import {
  AccountDirectory,
  McpAuthModule,
  PromptScopes,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from '../../src/index.js';
import { McpResourceModule } from '../../src/resource.js';
import {
  auth,
  cleanUp,
  decorated,
  People,
  RESOURCE,
  resource,
  SignIn,
  start,
} from '../support/host-setup.js';
import { postgresUrl } from '../support/postgres.js';

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

describe.skipIf(!postgresUrl)('a set-up that is wrong stops the start with one sentence', () => {
  afterAll(cleanUp);

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
        const tools = decorated(decorator);
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
});
