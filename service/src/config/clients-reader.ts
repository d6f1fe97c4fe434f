import type { ClientOptions } from 'nestjs-mcp-auth';
import { describeClients } from 'nestjs-mcp-auth/service-kit';
import type { Environment } from './environment.js';
import { readSecretPlace } from './secret-place.js';
import { complainOf } from './library-complaint.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = [
  'id',
  'name',
  'redirectUris',
  'devices',
  'postLogoutRedirectUris',
  'backchannelLogoutUri',
  'clientSecret',
  'jwks',
  'jwksUri',
  'overlap',
] as const;

/** Reads `preRegisteredClients` of a policy file. */
export class ClientsReader {
  /** @param env where secrets may be. */
  constructor(
    private readonly yaml: YamlFile,
    private readonly env: Environment,
  ) {}

  read(path: YamlPath, value: unknown): ClientOptions[] {
    const clients = this.yaml.list(path, value).map((one, index) => this.client([...path, index], one));
    for (const [index, { clientId }] of clients.entries())
      if (clients.findIndex((other) => other.clientId === clientId) < index)
        throw this.yaml.complaint([...path, index, 'id'], 'id is that of another client');
    return clients;
  }

  private client(path: YamlPath, value: unknown): ClientOptions {
    const known = this.yaml.mapping(path, value, KEYS);
    const text = (key: (typeof KEYS)[number]) =>
      known[key] === undefined ? undefined : this.yaml.text([...path, key], known[key]);
    const secret = known['clientSecret'];
    const client: ClientOptions = {
      clientId: this.yaml.text([...path, 'id'], known['id']),
      name: text('name'),
      redirectUris: this.yaml.texts([...path, 'redirectUris'], known['redirectUris'] ?? []),
      postLogoutRedirectUris: this.yaml.texts(
        [...path, 'postLogoutRedirectUris'],
        known['postLogoutRedirectUris'] ?? [],
      ),
      backchannelLogoutUri: text('backchannelLogoutUri'),
      // What is wrong with them, the library says.
      devices: known['devices'] as ClientOptions['devices'],
      jwks: known['jwks'] as ClientOptions['jwks'],
      overlap: known['overlap'] as ClientOptions['overlap'],
      jwksUri: text('jwksUri'),
      clientSecret:
        secret === undefined
          ? undefined
          : readSecretPlace(this.yaml, this.env, [...path, 'clientSecret'], secret),
    };
    complainOf(this.yaml, path, () => describeClients([client]));
    return client;
  }
}
