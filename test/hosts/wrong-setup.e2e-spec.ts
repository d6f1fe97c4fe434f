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

const exactly = (sentence: string) =>
  new RegExp(`^${sentence.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}$`);

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
      /^McpAuthModule has no options: what `forRootAsync` is given returns none\.$/,
    ],
    [
      'a factory of nothing for another issuer',
      () => ({ imports: [McpResourceModule.forRootAsync({ useFactory: () => undefined as never })] }),
      /^McpResourceModule has no options: what `forRootAsync` is given returns none\.$/,
    ],
    ...[McpAuthModule, McpResourceModule].flatMap((module): [string, () => ModuleMetadata, RegExp][] => [
      [
        `${module.name} of nothing`,
        () => ({ imports: [module.forRoot(undefined as never)] }),
        new RegExp(`^${module.name} has no options: call forRoot with them`),
      ],
      [
        `${module.name} without a source of options`,
        () => ({ imports: [module.forRootAsync({} as never)] }),
        new RegExp(
          `^${module.name} has no options: give forRootAsync a useFactory, useClass or useExisting\\.$`,
        ),
      ],
    ]),
    [
      'accounts in what a factory returns',
      () => ({
        imports: [McpAuthModule.forRootAsync({ useFactory: () => ({ accounts: People }) as never } as never)],
      }),
      /^`accounts` stands beside useFactory, useClass or useExisting: take it out of the options\.$/,
    ],
    ...(
      [
        [{ defaultScope: ['read'] }, '`defaultScope` is no option here: write it as `defaultScopes`.'],
        [{ trustedClients: [] }, '`trustedClients` is no option here: write it as `clients`.'],
        [{ consentPage: '/consent' }, '`consentPage` is no option here: take it out.'],
        [{ dpop: { require: true } }, '`dpop.require` is no option here: write it as `dpop.required`.'],
        [
          { scopes: ['read'] },
          "`scopes` must be scopes, each with its words, such as { 'notes:read': 'Read your notes' }.",
        ],
        [{ defaultScopes: 'read' }, '`defaultScopes` must be a list of scopes.'],
        [
          { scopeHierarchy: { all: 'read' } },
          '`scopeHierarchy` must be scopes, each with a list of those that it implies.',
        ],
        [
          { scopes: { all: 'All' }, scopeHierarchy: { all: ['raed'] } },
          '`scopeHierarchy` names "raed", which is a scope of none of the resources.',
        ],
        [
          { resource: { identifier: RESOURCE, scopes: { read: 'Read' }, scopeHierarchy: { al: ['read'] } } },
          `The \`scopeHierarchy\` of ${RESOURCE} names "al", which is none of its scopes.`,
        ],
        [
          { resource: { identifier: RESOURCE, challengeScope: ['read'] } },
          `The resource ${RESOURCE} has a \`challengeScope\`, which is none of identifier, name, scopes, challengeScopes, scopeHierarchy, accessTokenExpiresIn, signingAlgorithm, maxAge, introspection, enabled.`,
        ],
      ] as const
    ).flatMap(([given, sentence]) =>
      [auth, resource].map((module, index): [string, () => ModuleMetadata, RegExp] => [
        `${JSON.stringify(given)}, ${index === 0 ? 'McpAuthModule' : 'McpResourceModule'}`,
        () => ({ imports: [module(given as object)] }),
        exactly(
          index === 1 && 'trustedClients' in given
            ? sentence.replace('write it as `clients`', 'take it out')
            : sentence,
        ),
      ]),
    ),
    ...(
      [
        [{ database: { URL: 'postgres://db' } }, '`database.URL`', 'write it as `database.url`'],
        [
          { clients: [{}, { redirectUri: '' }] },
          '`clients[1].redirectUri`',
          'write it as `clients[1].redirectUris`',
        ],
      ] as const
    ).map(([given, name, remedy]): [string, () => ModuleMetadata, RegExp] => [
      `${name}, which there is not`,
      () => ({ imports: [auth(given)] }),
      exactly(`${name} is no option here: ${remedy}.`),
    ]),
    ...(
      [
        [
          RequireScopes(['read'] as never),
          '@RequireScopes at ToolsByHandler takes scopes, one after the other, and no list.',
        ],
        [
          ToolScopes({ a: 'read' } as never),
          "@ToolScopes at ToolsByHandler takes an object with a list of scopes for each name: @ToolScopes({ name: ['scope'] }).",
        ],
        [
          ResourceScopes({ a: 'read' } as never),
          "@ResourceScopes at ToolsByHandler takes an object with a list of scopes for each name: @ResourceScopes({ name: ['scope'] }).",
        ],
        [
          PromptScopes(null as never),
          "@PromptScopes at ToolsByHandler takes an object with a list of scopes for each name: @PromptScopes({ name: ['scope'] }).",
        ],
        [
          Resource(undefined as never),
          '@Resource at ToolsByHandler names nothing: give it the URL of an MCP server.',
        ],
      ] as const
    ).map(([decorator, sentence]): [string, () => ModuleMetadata, RegExp] => [
      sentence,
      () => ({ imports: [resource()], controllers: [decorated(decorator)[0]] }),
      exactly(sentence),
    ]),
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
      'accounts that are the base itself',
      () => ({ imports: [auth({ accounts: AccountDirectory })] }),
      /^`accounts` is AccountDirectory itself: give a class of yours that extends it\.$/,
    ],
    [
      'no issuer of another process',
      () => ({ imports: [resource({ issuer: undefined })] }),
      /^`issuer` is not set/,
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
    await expect((async () => start(host()))()).rejects.toThrow(sentence);
  });
});
