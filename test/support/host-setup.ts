import {
  Controller,
  Get,
  Injectable,
  Logger,
  type LoggerService,
  Module,
  type ModuleMetadata,
  Post,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { AccountDirectory, McpAuthGuard, McpAuthModule } from '../../src/index.js';
import { McpResourceModule } from '../../src/resource.js';
import { dropSchema, newSchema, postgresUrl } from './postgres.js';

export const ISSUER = 'https://auth.example.com';
export const RESOURCE = 'https://api.example.com/mcp';
export const schema = newSchema();

@Injectable()
export class People extends AccountDirectory {
  find = async () => null;
}

@Controller('sign-in')
export class SignIn {
  @Get()
  show() {
    return 'Sign in';
  }
}

export const auth = (
  given: Partial<Record<keyof Parameters<typeof McpAuthModule.forRoot>[0], unknown>> = {},
) =>
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
export const resource = (given: object = {}) =>
  McpResourceModule.forRoot({ issuer: ISSUER, resource: RESOURCE, scopes: { read: 'Read' }, ...given });

/** A controller whose handler is decorated, and guarded, and one that is decorated itself. */
export function decorated(...decorators: (ClassDecorator & MethodDecorator)[]): [Type, Type] {
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

export const said: string[] = [];
const log = (level: string) => (message: unknown, context?: unknown) => {
  said.push(`${level} [${String(context)}] ${String(message)}`);
};
const logger: LoggerService = { log: log('log'), error: log('error'), warn: log('warn') };

/** Starts a host and closes it again; what it says is in `said`. */
export async function start(
  host: ModuleMetadata,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
  prefix = '',
) {
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

/** Once all of it is over. */
export async function cleanUp(): Promise<void> {
  Logger.overrideLogger(false);
  await dropSchema(schema);
}
