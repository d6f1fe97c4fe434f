import { describeServiceAccount } from '../clients/describe-service-accounts.js';
import type { ConfiguredServiceAccount } from '../oauth/service-account.js';
import { isServerScope } from '../oauth/server-scopes.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import { json, text, texts } from './row-values.js';

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'];
const CLIENT_CREDENTIALS = 'client_credentials';

/** Whether a client of the second generation acts for itself, and for nobody else. */
export function isServiceAccount(row: ForeignRow): boolean {
  const grantTypes = texts(row['grantTypes']);
  return grantTypes.includes(CLIENT_CREDENTIALS) && !grantTypes.includes('authorization_code');
}

/** Whether it acts for people, and could act for itself too. */
export function actsForBoth(row: ForeignRow): boolean {
  return texts(row['grantTypes']).includes(CLIENT_CREDENTIALS) && !isServiceAccount(row);
}

/**
 * A service account, as if an administrator entered it now; its secret is not part of it.
 * @param resources identifiers of the MCP servers that it may use.
 * @throws Error with the end of a sentence about it.
 */
export function readServiceAccount(row: ForeignRow, resources: readonly string[]): ConfiguredServiceAccount {
  const keys = json(row['jwks']);
  const jwks = (Array.isArray(keys) ? { keys } : keys) as ConfiguredServiceAccount['jwks'];
  const jwksUri = text(row['jwksUri']);
  const method = text(row['tokenEndpointAuthMethod']) ?? 'client_secret_basic';
  const hasSecret = SECRET_METHODS.includes(method);
  if (!hasSecret && method !== 'private_key_jwt')
    throw new Error(`proves itself in a way that is not known here (${method})`);
  if (!hasSecret && !jwks && jwksUri === null) throw new Error('has lost its keys');
  const given = {
    clientId: String(row['clientId']),
    name: text(row['name']) ?? undefined,
    resources,
    scopes: texts(row['clientCredentialsScopes']).filter((scope) => !isServerScope(scope)),
    ...(!hasSecret && jwks && { jwks }),
    ...(!hasSecret && !jwks && jwksUri !== null && { jwksUri }),
  };
  try {
    return { ...describeServiceAccount(given), tokenEndpointAuthMethod: method };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new Error(`cannot be a service account here: ${reason}`, { cause: error });
  }
}
