import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceOptions } from 'nestjs-mcp-auth';
import { describeResources } from 'nestjs-mcp-auth/service-kit';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../config/configuration.error.js';
import { Environment } from '../../config/environment.js';
import { POLICY_KEYS } from '../../config/policy-file.js';
import { readResources, RESOURCE_VARIABLES } from '../../config/resource-file.js';
import { YamlFile } from '../../config/yaml-file.js';
import { type Configuration, inOrder, type WrittenConfiguration } from './configuration.js';
import { serverEntry } from './server-entry.js';
import { meantSettings } from './setting-variables.js';
import { readVariables, variableLines } from './variable-lines.js';

const SERVERS = 'servers.json';
const POLICY = 'policy.yaml';
const SETTINGS = 'settings.env';
const NAMES = [SERVERS, POLICY, SETTINGS];

const POLICY_HEAD = `# For MCP_AUTH_POLICY_FILE. Secrets are not written: \`clientSecret\` names the variable, or the file, to put each into.
# The identity provider of MCP_AUTH_OIDC_ISSUER and its kin stays in the variables.
`;
const SETTINGS_HEAD = `# Variables of the service, for a shell and for Compose. The logo is not written: MCP_AUTH_COMPANY_LOGO names a picture.
`;

/** Writes the files that the service reads. @throws ConfigurationError where one is there already. */
export async function writeConfiguration(folder: string, configuration: Configuration): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { servers, policy, blocked, settings } = configuration;
  const texts: Readonly<Record<string, string>> = {
    [SERVERS]: `${JSON.stringify(inOrder(servers), null, 2)}\n`,
    [POLICY]: POLICY_HEAD + leftOut(blocked) + stringify(inOrder(policy), { lineWidth: 0 }),
    [SETTINGS]: SETTINGS_HEAD + variableLines(inOrder(settings) as Configuration['settings']),
  };
  const paths = NAMES.map((name) => join(folder, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new ConfigurationError(`${taken} is there already: choose an empty folder, or move it away.`);
  for (const name of NAMES) await writeFile(join(folder, name), texts[name] ?? '', { flag: 'wx' });
  return paths;
}

/**
 * What the files of a folder say, as a start reads it.
 * @throws ConfigurationError with one sentence for a folder without any of them, or with something else in one.
 */
export async function readConfiguration(folder: string): Promise<WrittenConfiguration> {
  const at = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? path : undefined;
  };
  const [servers, policy, settings] = NAMES.map(at);
  if (servers === undefined && policy === undefined && settings === undefined)
    throw new ConfigurationError(`${folder} has none of ${NAMES.join(', ')}.`);
  return {
    ...(servers !== undefined && { servers: readServers(servers) }),
    ...(policy !== undefined && { policy: readPolicy(policy) }),
    ...(settings !== undefined && {
      settings: meantSettings(readVariables(await readFile(settings, 'utf8'), settings)),
    }),
  };
}

function readServers(path: string): ResourceOptions[] {
  const listed = readResources(new Environment({ [RESOURCE_VARIABLES.file.name]: path }));
  return listed.flatMap((resource) => describeResources({ resource })).map(serverEntry);
}

/** What is in it is compared, and read by a start alone: secrets that it asks for may be elsewhere. */
function readPolicy(path: string): Readonly<Record<string, unknown>> {
  const yaml = new YamlFile('The file', path);
  const sections = yaml.mapping([], yaml.content, POLICY_KEYS);
  for (const [section, value] of Object.entries(sections))
    if (Array.isArray(value))
      for (const [index, entry] of value.entries())
        if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
          throw yaml.complaint([section, index], `an entry of ${section} must be a mapping`);
  return sections;
}

/** Lines of comment. */
function leftOut(blocked: Configuration['blocked']): string {
  const ids = Object.values(blocked).flat();
  return ids.map((id) => `# Left out, since it is blocked: ${JSON.stringify(id)}\n`).join('');
}
