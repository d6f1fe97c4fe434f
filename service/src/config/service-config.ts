import type { ResourceOptions } from 'nestjs-mcp-auth';
import { type AdministratorConfig, readAdministratorConfig } from './administrator-config.js';
import { type ApprovalWebhookConfig, readApprovalWebhookConfig } from './approval-webhook-config.js';
import { type AuditConfig, readAuditConfig } from './audit-config.js';
import { Environment } from './environment.js';
import { adminServers } from './admin-servers.js';
import { type ExampleConfig, exampleServer, readExampleConfig } from './example-config.js';
import { type MetricsConfig, readMetricsConfig } from './metrics-config.js';
import { checkPairs } from './pairs.js';
import { type PolicyConfig, readPolicyConfig } from './policy-config.js';
import { type RateLimitConfig, readRateLimitConfig } from './rate-limit-config.js';
import { readRegistrationConfig, type RegistrationConfig } from './registration-config.js';
import { readResources } from './resource-file.js';
import { readServerCheckConfig, type ServerCheckConfig } from './server-check-config.js';
import { readServerConfig, type ServerConfig } from './server-config.js';
import { readSettingsConfig, type SettingsConfig } from './settings-config.js';
import { readSignInConfig, type SignInConfig } from './sign-in-config.js';
import { readStorageConfig, type StorageConfig } from './storage-config.js';
import { readTokenConfig, type TokenConfig } from './token-config.js';
import { checkUnknown } from './unknown-variables.js';
import { VARIABLES } from './variables.js';

/** How the service runs, from the environment and the files that it names. Times in seconds. */
export interface ServiceConfig extends ServerConfig, StorageConfig, TokenConfig, RegistrationConfig {
  example: ExampleConfig;
  /** MCP servers elsewhere. */
  resources: ResourceOptions[];
  serverCheck: ServerCheckConfig;
  policy: PolicyConfig;
  approvalWebhook: ApprovalWebhookConfig;
  signIn: SignInConfig;
  settings: SettingsConfig;
  audit: AuditConfig;
  administrator: AdministratorConfig;
  rateLimit: RateLimitConfig;
  metrics: MetricsConfig;
  /** What is wrong and does not keep the service from running, in sentences. */
  warnings: readonly string[];
}

/** @throws ConfigurationError with one sentence that names the variable and what to change. */
export function readConfig(variables: NodeJS.ProcessEnv): ServiceConfig {
  const env = new Environment(variables);
  const server = readServerConfig(env);
  const { isLoopback } = server.address;
  const example = readExampleConfig(env, server.address);
  const resources = readResources(env);
  const policy = readPolicyConfig(env, [exampleServer(example), ...resources], adminServers(server.address));
  // The policy file may name variables of its own; whatever is mistyped is said before what is missed for it.
  const unknown = checkUnknown(env, VARIABLES);
  const signIn = readSignInConfig(env, policy.file?.providers ?? []);
  const registration = readRegistrationConfig(env, isLoopback);
  const config = {
    ...server,
    ...readStorageConfig(env),
    ...readTokenConfig(env),
    ...registration,
    example,
    resources,
    serverCheck: readServerCheckConfig(env),
    policy,
    approvalWebhook: readApprovalWebhookConfig(env, registration.clientDocuments.allowLoopback === true),
    signIn,
    settings: readSettingsConfig(env),
    audit: readAuditConfig(env),
    administrator: readAdministratorConfig(env, signIn.passwords),
    rateLimit: readRateLimitConfig(env),
    metrics: readMetricsConfig(env, server.port),
    warnings: [...unknown, ...policy.warnings],
  };
  checkPairs(env, VARIABLES);
  return config;
}
