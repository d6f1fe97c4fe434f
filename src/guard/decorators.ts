import { SetMetadata } from '@nestjs/common';

export const REQUIRED_SCOPES = 'mcp-auth:required-scopes';
export const TOOL_SCOPES = 'mcp-auth:tool-scopes';
export const RESOURCE_SCOPES = 'mcp-auth:resource-scopes';
export const PROMPT_SCOPES = 'mcp-auth:prompt-scopes';
export const RESOURCE = 'mcp-auth:resource';
export const PUBLIC = 'mcp-auth:public';

/** Scopes every call of the handler, or of the controller, needs; all of them. */
export const RequireScopes = (...scopes: string[]) => SetMetadata(REQUIRED_SCOPES, scopes);

/**
 * Scopes of single tools, asked for before the tool runs: `@ToolScopes({ delete_file: ['files:write'] })`.
 * A tool that is not listed needs what `@RequireScopes` says.
 */
export const ToolScopes = (tools: Record<string, readonly string[]>) => SetMetadata(TOOL_SCOPES, tools);

/**
 * Scopes of single MCP resources, by URI or URI template, asked for before one is read or subscribed to:
 * `@ResourceScopes({ 'note://{id}': ['notes:read'] })`. An expression stands for any characters, and a URI that fits
 * several entries needs the scopes of all. One that is not listed needs what `@RequireScopes` says.
 */
export const ResourceScopes = (resources: Record<string, readonly string[]>) =>
  SetMetadata(RESOURCE_SCOPES, resources);

/**
 * Scopes of single prompts, asked for before the prompt is given out: `@PromptScopes({ summarize: ['notes:read'] })`.
 * A prompt that is not listed needs what `@RequireScopes` says.
 */
export const PromptScopes = (prompts: Record<string, readonly string[]>) =>
  SetMetadata(PROMPT_SCOPES, prompts);

/** The protected resource a controller or handler belongs to. Default: the first one configured. */
export const Resource = (identifier: string) => SetMetadata(RESOURCE, identifier);

/** Lets a handler through without a token, under a guarded controller or a global guard. */
export const Public = () => SetMetadata(PUBLIC, true);
