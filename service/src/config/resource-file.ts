import type { ResourceOptions } from 'nestjs-mcp-auth';
import { describeResources, describeResourceServers, RESOURCE_MEMBERS } from 'nestjs-mcp-auth/service-kit';
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
 * @throws ConfigurationError with one sentence for a file that cannot be read, or that has something else in it: which member, and where.
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
  if (!Array.isArray(resources)) throw yaml.complaint([], 'the file must hold a JSON array of objects');
  for (const [index, resource] of resources.entries()) {
    const { scopes } = yaml.mapping([index], resource, RESOURCE_MEMBERS, 'a resource');
    // There is nothing here that the servers of the file could share.
    if (scopes === undefined) throw yaml.complaint([index], 'a resource must have `scopes`');
    check({ resource: resource as ResourceOptions }, [index]);
  }
  if (resources.length > 0) check({ resource: resources as ResourceOptions[] }, []);
  return resources as ResourceOptions[];
}
