export { Clock } from './host/clock.js';
export { Public, RequireScopes, Resource, ToolScopes } from './guard/decorators.js';
export { McpAuthGuard } from './guard/mcp-auth.guard.js';
export { McpSession } from './guard/mcp-session.js';
export { McpSessions } from './guard/mcp-sessions.js';
export { McpResourceModule, type McpResourceOptions } from './mcp-resource.module.js';
export { OAuthError } from './oauth/errors.js';
export type { ResourceOptions } from './resources/resource-options.js';
