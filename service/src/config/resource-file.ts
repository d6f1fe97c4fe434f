import type { ResourceOptions } from 'nestjs-mcp-auth';
import { describeResources, describeResourceServers } from 'nestjs-mcp-auth/service-kit';
import type { Environment } from './environment.js';
import { text } from './variable.js';
import { YamlFile, type YamlPath } from './yaml-file.js';

export const RESOURCE_VARIABLES = {
  file: text('MCP_AUTH_RESOURCES', {
    is: 'a JSON file with MCP servers elsewhere, see [how-to/many-mcp-servers.md](../how-to/many-mcp-servers.md)',
  }),
};

/**
 * The MCP servers of the file that MCP_AUTH_RESOURCES names: a JSON array of `ResourceOptions`.
 * @throws ConfigurationError with one sentence for a file that cannot be read or is no such array.
 */
export function readResources(env: Environment): ResourceOptions[] {
  const path = env.get(RESOURCE_VARIABLES.file);
  if (path === undefined) return [];
  const yaml = new YamlFile(RESOURCE_VARIABLES.file.name, path, 'JSON');
  const { content: resources } = yaml;
  const check = (options: { resource: ResourceOptions | ResourceOptions[] }, place: YamlPath) => {
    try {
      describeResources(options);
      describeResourceServers(options);
    } catch (error) {
      throw yaml.complaint(place, error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
    }
  };
  if (!Array.isArray(resources))
    throw yaml.complaint(
      [],
      'the file must hold a JSON array of objects with an identifier and their scopes',
    );
  for (const [index, resource] of resources.entries())
    if (!isResource(resource))
      throw yaml.complaint([index], 'must be an object with an identifier and its scopes');
  for (const [index, resource] of resources.entries())
    check({ resource: resource as ResourceOptions }, [index]);
  if (resources.length > 0) check({ resource: resources as ResourceOptions[] }, []);
  return resources as ResourceOptions[];
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
