import { readFileSync } from 'node:fs';
import type { ResourceOptions } from 'nestjs-mcp-auth';
import { ConfigurationError } from './configuration.error.js';

/**
 * The MCP servers of the file that MCP_AUTH_RESOURCES names: a JSON array of `ResourceOptions`.
 * @throws ConfigurationError with one sentence for a file that cannot be read or is no such array.
 */
export function readResources(path: string | undefined): ResourceOptions[] {
  if (path === undefined) return [];
  const resources = parse(path);
  if (!Array.isArray(resources) || !resources.every(isResource))
    throw new ConfigurationError(
      `MCP_AUTH_RESOURCES ${path} must hold a JSON array of objects with an identifier and their scopes.`,
    );
  return resources;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(
      `MCP_AUTH_RESOURCES ${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function isResource(value: unknown): value is ResourceOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { identifier, scopes, challengeScopes } = value as Record<string, unknown>;
  const hasWords =
    typeof scopes === 'object' &&
    scopes !== null &&
    Object.values(scopes).every((words) => typeof words === 'string');
  const hasNames = challengeScopes === undefined || Array.isArray(challengeScopes);
  return typeof identifier === 'string' && hasWords && hasNames;
}
