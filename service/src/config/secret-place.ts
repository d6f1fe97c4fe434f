import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Environment } from './environment.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

/**
 * A secret that a YAML file says the place of, `{ env: NAME }` or `{ file: PATH }`: it never stands in the file itself.
 * A relative path begins at the file.
 * @throws ConfigurationError with one sentence, which says nothing of what is there.
 */
export function readSecretPlace(yaml: YamlFile, env: Environment, path: YamlPath, value: unknown): string {
  const place = typeof value === 'object' && value !== null ? yaml.mapping(path, value, ['env', 'file']) : {};
  const [way, ...more] = Object.keys(place);
  if (way === undefined || more.length > 0)
    throw yaml.complaint(
      path,
      `${String(path.at(-1))} must be { env: NAME } or { file: PATH }: the secret itself does not belong here`,
    );
  const name = yaml.text([...path, way], place[way]);
  const secret = way === 'env' ? env.ask(name) : load(yaml, [...path, way], name);
  if (!secret)
    throw yaml.complaint(
      [...path, way],
      way === 'env' ? `the variable ${name} is not set` : `${name} is empty`,
    );
  return secret;
}

function load(yaml: YamlFile, path: YamlPath, name: string): string {
  try {
    return readFileSync(resolve(dirname(yaml.file), name), 'utf8').trim();
  } catch (error) {
    throw yaml.complaint(
      path,
      `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
