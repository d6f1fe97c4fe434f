import * as oidc from 'openid-client';

/** The keys of a provider that signatures are checked with. */
export interface ProviderKeys {
  /** `kid` of each; a key without one by its kind, such as `RSA`. */
  ids: readonly string[];
  readAt: Date;
}

/** Those that were read; null as long as nobody needed them. */
export function keysInUse(configuration: oidc.Configuration): ProviderKeys | null {
  const cache = oidc.getJwksCache(configuration);
  if (!cache) return null;
  const ids = cache.jwks.keys.map(({ kid, kty = 'a key without a kind' }) => kid ?? kty);
  return { ids, readAt: new Date(cache.uat * 1000) };
}

/**
 * Reads them now, not with the next id_token: a `jwks_uri` that the proxy does not let through shows before somebody is
 * refused for it (OpenID Connect Discovery §3).
 * @param patience seconds that the provider has to answer. @param now milliseconds since 1970.
 */
export async function readKeys(
  configuration: oidc.Configuration,
  patience: number,
  now: number,
): Promise<void> {
  const { jwks_uri: uri } = configuration.serverMetadata();
  if (uri === undefined) throw new Error('Its metadata names no jwks_uri.');
  const response = await fetch(uri, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(patience * 1000),
  });
  if (!response.ok)
    throw new Error(`Its jwks_uri answered with status ${response.status}.`, { cause: response });
  const jwks: unknown = await response.json().catch(() => null);
  if (!isKeySet(jwks)) throw new Error('What stands at its jwks_uri is no key set (RFC 7517 §5).');
  if (jwks.keys.length === 0) throw new Error('It publishes no key: nobody could sign in.');
  oidc.setJwksCache(configuration, { jwks, uat: Math.floor(now / 1000) });
}

function isKeySet(value: unknown): value is { keys: { kid?: string; kty?: string }[] } {
  const { keys } = (value ?? {}) as { keys?: unknown };
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
}
