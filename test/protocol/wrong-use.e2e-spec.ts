import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { AccountDirectory, McpAuthModule, type McpAuthOptions } from '../../src/index.js';
import { filesController } from '../support/host.js';
import { dropSchema, newSchema, postgresUrl } from '../support/postgres.js';

const SECRET = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';

const options = (overrides: Partial<McpAuthOptions> = {}): McpAuthOptions => ({
  issuer: 'https://auth.example.com',
  resource: 'https://api.example.com/mcp',
  loginPage: '/sign-in',
  scopes: { read: 'Read' },
  database: { url: postgresUrl ?? 'postgres://127.0.0.1/none' },
  secret: SECRET,
  ...overrides,
});

describe.skipIf(!postgresUrl)('an application that uses the module wrongly', () => {
  @Injectable()
  class Users extends AccountDirectory {
    find = async () => null;
  }

  const boot = async (
    imports: (schema: string) => ReturnType<typeof McpAuthModule.forRoot>[],
    providers: Type[] = [Users],
    controllers: Type[] = [],
  ) => {
    const schema = newSchema();
    @Module({ imports: imports(schema), providers, controllers })
    class HostModule {}
    try {
      const application = await NestFactory.create(HostModule, { logger: false, abortOnError: false });
      await application.init();
      await application.close();
    } finally {
      await dropSchema(schema);
    }
  };
  const database = (schema: string) => ({ url: postgresUrl ?? '', schema });

  it('fails at boot when it calls forRoot twice', async () => {
    await expect(
      boot((schema) => [
        McpAuthModule.forRoot({ ...options({ database: database(schema) }), accounts: Users }),
        McpAuthModule.forRoot({
          ...options({ database: database(schema), loginPage: '/other' }),
          accounts: Users,
        }),
      ]),
    ).rejects.toThrow('imported twice');
  });

  it('fails at boot when a controller is of a resource that it does not know', async () => {
    await expect(
      boot(
        (schema) => [McpAuthModule.forRoot({ ...options({ database: database(schema) }), accounts: Users })],
        [Users],
        [filesController('https://files.example.com/mcp')],
      ),
    ).rejects.toThrow('@Resource at FilesController names https://files.example.com/mcp');
  });

  it('fails at boot when its account directory is provided nowhere', async () => {
    await expect(
      boot(
        (schema) => [McpAuthModule.forRoot({ ...options({ database: database(schema) }), accounts: Users })],
        [],
      ),
    ).rejects.toThrow('Users is not provided: add it to the providers');
  });
});
