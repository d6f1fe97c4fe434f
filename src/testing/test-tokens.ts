import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { McpResourceModule } from '../mcp-resource.module.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { formatScope } from '../oauth/scope.js';
import { isServerScope } from '../oauth/server-scopes.js';
import type { ProtectedResourceOptions } from '../resources/resource-options.js';
import { ISSUER } from '../verification/issuer.js';
import { VerificationKeys } from '../verification/verification-keys.js';
import { TestKey } from './test-key.js';

/** What a test token says; what is left out has a value all the same. */
export interface TestToken {
  /** The person; null for a service account. Default `test-user`. */
  userId?: string | null;
  /** The client that holds it. Default `test-client`. */
  clientId?: string;
  /** Scopes of the resource. Default: those of its first challenge, which a client begins with. */
  scopes?: readonly string[];
  /** Identifier of the resource. Default: the first one. */
  resource?: string;
  /** Seconds until it expires; zero or less for a token that has. Default 3600. */
  expiresIn?: number;
  /** Claims beside these. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Options of `new TestTokens`: the MCP servers that tokens are for. */
export interface TestTokensOptions extends ProtectedResourceOptions {
  /** The time. Default: the system's. */
  clock?: Clock;
}

/** What tokens are issued with. */
interface Ground {
  issuer: string;
  resources: ProtectedResources;
  clock: Clock;
}

/** Nobody is there: the guard knows the keys before it asks. */
const ISSUER_OF_TESTS = 'http://localhost/test-tokens';

/**
 * Issues access tokens that the real guard takes, for end-to-end tests: of a whole application by `TestTokens.of(app)`,
 * of single controllers, without a database, by `new TestTokens({ resource, scopes })` and its `module`.
 */
export class TestTokens {
  private readonly key = new TestKey();
  private ground: Ground | undefined;
  private readonly options: TestTokensOptions | undefined;

  /** Tokens for controllers under the module `module`. */
  constructor(options?: TestTokensOptions) {
    this.options = options;
  }

  /**
   * Tokens for an application that is initialised, with `McpAuthModule` or `McpResourceModule`. The application takes
   * them beside those of its issuer from now on.
   * @throws Error when it imports neither.
   */
  static of(application: Pick<INestApplicationContext, 'get'>): TestTokens {
    const tokens = new TestTokens();
    tokens.join(application);
    return tokens;
  }

  /** In place of `McpAuthModule` or `McpResourceModule`: what `McpAuthGuard` needs, without a database or an issuer. */
  get module(): DynamicModule {
    const { options } = this;
    if (!options) throw new Error('These tokens are for an application that has its module already.');
    return {
      module: TestTokensModule,
      imports: [McpResourceModule.forRoot({ ...options, issuer: ISSUER_OF_TESTS })],
      providers: [
        {
          provide: TestTokens,
          inject: [ModuleRef],
          useFactory: (module: ModuleRef) => ({ onModuleInit: () => this.join(module) }),
        },
      ],
    };
  }

  /**
   * An access token.
   * @throws Error when the application is not initialised, and for a resource or scope that it does not have.
   */
  async issue(token: TestToken = {}): Promise<string> {
    const { userId = 'test-user', clientId = 'test-client', expiresIn = 3_600 } = token;
    if (!this.ground)
      throw new Error('The application is not initialised: call `await app.init()` before `issue`.');
    if (!Number.isFinite(expiresIn)) throw new Error('`expiresIn` must be a number of seconds.');
    const { issuer, resources, clock } = this.ground;
    const resource = resourceOf(token, resources);
    const scopes = scopesOf(token, resource);
    const expiresAt = Math.floor(clock.now() / 1000) + expiresIn;
    const issuedAt = Math.min(clock.now(), expiresAt * 1000);
    return this.key.sign({
      ...token.claims,
      iss: issuer,
      sub: userId ?? clientId,
      sub_type: userId === null ? 'client' : 'user',
      aud: resource.identifier,
      exp: expiresAt,
      iat: Math.floor(issuedAt / 1000),
      iat_ms: issuedAt,
      jti: randomUUID(),
      client_id: clientId,
      scope: formatScope(scopes),
    });
  }

  private join(application: Pick<INestApplicationContext, 'get'>): void {
    const anywhere = { strict: false };
    try {
      this.ground = {
        issuer: application.get<string>(ISSUER, anywhere),
        resources: application.get(ProtectedResources, anywhere),
        clock: application.get(Clock, anywhere),
      };
      this.key.addTo(application.get(VerificationKeys, anywhere));
    } catch (error) {
      throw new Error('The application imports neither McpAuthModule nor McpResourceModule.', {
        cause: error,
      });
    }
  }
}

@Module({})
class TestTokensModule {}

function resourceOf({ resource }: TestToken, resources: ProtectedResources): ProtectedResource {
  if (resource === undefined) return resources.default();
  const found = resources.find(resource);
  if (found) return found;
  const known = resources.all().map(({ identifier }) => identifier);
  throw new Error(`The resource "${resource}" is none of the application's: ${known.join(', ')}.`);
}

function scopesOf({ scopes }: TestToken, resource: ProtectedResource): readonly string[] {
  if (scopes === undefined) return resource.challengeScopes;
  const known = Object.keys(resource.scopes);
  const unknown = scopes.find((scope) => !known.includes(scope) && !isServerScope(scope));
  if (unknown === undefined) return scopes;
  throw new Error(
    `The scope "${unknown}" is none of ${resource.identifier}: ${known.join(', ') || 'it has none'}.`,
  );
}
