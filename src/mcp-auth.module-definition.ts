import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { McpAuthExtras, McpAuthOptions } from './mcp-auth.options.js';

/** Token of the classes that the host names. */
export const HOST_CLASSES = Symbol('mcp-auth:host-classes');

/** Nest takes the keys that stand here out of the options. */
const NO_CLASSES: Record<keyof McpAuthExtras, undefined> = {
  accounts: undefined,
  claims: undefined,
  policy: undefined,
  audit: undefined,
  rateLimiter: undefined,
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: MCP_AUTH_OPTIONS } =
  new ConfigurableModuleBuilder<McpAuthOptions>({ moduleName: 'McpAuth' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createMcpAuthOptions')
    .setExtras(NO_CLASSES as Partial<McpAuthExtras> as McpAuthExtras, (definition, classes) => ({
      ...definition,
      global: true,
      providers: [...(definition.providers ?? []), { provide: HOST_CLASSES, useValue: classes }],
    }))
    .build();
