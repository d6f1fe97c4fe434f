export {
  AUDIT_ACTIONS,
  AuditLog,
  type AuditAction,
  type AuditDetail,
  type AuditEvent,
} from './host/audit-log.js';
export { Clock } from './host/clock.js';
export {
  PromptScopes,
  Public,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from './guard/decorators.js';
export type { GuardSettings } from './guard/guard-settings.js';
export { audited } from './guard/audited.js';
export { McpAuthGuard } from './guard/mcp-auth.guard.js';
export { McpDelegation } from './guard/mcp-delegation.js';
export { McpSession } from './guard/mcp-session.js';
export type { OperationKind } from './guard/operation.js';
export { type Definitions, permitted } from './guard/permitted.js';
export { McpSessions } from './guard/mcp-sessions.js';
export {
  McpResourceModule,
  type McpResourceAsyncOptions,
  type McpResourceExtras,
  type McpResourceOptions,
} from './mcp-resource.module.js';
export type { Actor } from './oauth/actor.js';
export type { AccessTokenClaims } from './oauth/access-token.js';
export type { StatusReference } from './oauth/status-list.js';
export { OAuthError, type OAuthErrorCode } from './oauth/errors.js';
export type { ScopeHierarchy } from './oauth/scope.js';
export type { SigningAlgorithm } from './oauth/signing-algorithm.js';
export type { DpopOptions, ResourceOptions } from './resources/resource-options.js';
