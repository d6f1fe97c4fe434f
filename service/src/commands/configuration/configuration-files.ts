import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceOptions } from 'nestjs-mcp-auth';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../config/configuration.error.js';
import { YamlFile } from '../../config/yaml-file.js';
import { type Configuration, inOrder } from './configuration.js';

const SERVERS = 'servers.json';
const POLICY = 'policy.yaml';
const SETTINGS = 'settings.env';
const NAMES = [SERVERS, POLICY, SETTINGS];

const POLICY_HEAD = `# For MCP_AUTH_POLICY_FILE. Secrets are not written: \`clientSecret\` names the variable, or the file, to put each into.
# The identity provider of MCP_AUTH_OIDC_ISSUER and its kin stays in the variables.
`;
const SETTINGS_HEAD = `# Variables of the service. The logo is not written: MCP_AUTH_COMPANY_LOGO names a picture.
`;

/** Writes the files that the service reads. @throws ConfigurationError where one is there already. */
export async function writeConfiguration(folder: string, configuration: Configuration): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { servers, policy, settings } = configuration;
  const texts: Readonly<Record<string, string>> = {
    [SERVERS]: `${JSON.stringify(inOrder(servers), null, 2)}\n`,
    [POLICY]: POLICY_HEAD + stringify(inOrder(withRules(policy)), { lineWidth: 0 }),
    [SETTINGS]: SETTINGS_HEAD + lines(settings),
  };
  const paths = NAMES.map((name) => join(folder, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new ConfigurationError(`${taken} is there already: choose an empty folder, or move it away.`);
  for (const name of NAMES) await writeFile(join(folder, name), texts[name] ?? '', { flag: 'wx' });
  return paths;
}

/** @throws ConfigurationError with one sentence for a folder without any of the files, or with something else in one. */
export async function readConfiguration(folder: string): Promise<Configuration> {
  const has = (name: string) => existsSync(join(folder, name));
  if (!NAMES.some(has)) throw new ConfigurationError(`${folder} has none of ${NAMES.join(', ')}.`);
  const parse = (name: string, language: 'JSON' | 'YAML') =>
    has(name) ? new YamlFile('The file', join(folder, name), language).content : undefined;
  const servers = parse(SERVERS, 'JSON') ?? [];
  if (!Array.isArray(servers)) throw new ConfigurationError(`${join(folder, SERVERS)} must hold a list.`);
  const policy = parse(POLICY, 'YAML') ?? {};
  if (typeof policy !== 'object' || Array.isArray(policy))
    throw new ConfigurationError(`${join(folder, POLICY)} must hold a mapping.`);
  const settings = has(SETTINGS) ? variables(await readFile(join(folder, SETTINGS), 'utf8')) : {};
  return {
    servers: servers as ResourceOptions[],
    policy: policy as Record<string, unknown>,
    settings,
  };
}

/** A file without rules would leave them to the database; one that says nothing is refused. */
function withRules(policy: Configuration['policy']): object {
  return Object.keys(policy).length === 0 ? { rules: [] } : policy;
}

function lines(settings: Configuration['settings']): string {
  const sorted = Object.entries(inOrder(settings) as Record<string, string>);
  return sorted.map(([name, value]) => `${name}=${value}\n`).join('');
}

function variables(text: string): Record<string, string> {
  const set = text.split(/\r?\n/).filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    set.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}
