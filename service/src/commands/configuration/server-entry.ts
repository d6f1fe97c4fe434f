import type { ProtectedResource, ResourceOptions } from 'nestjs-mcp-auth';

/** A server as a file says it: without what holds by default. */
export function serverEntry(resource: ProtectedResource): ResourceOptions {
  const { identifier, name, scopes, challengeScopes, scopeHierarchy } = resource;
  const { accessTokenExpiresIn, signingAlgorithm, maxAge, enabled } = resource;
  return {
    identifier,
    name,
    scopes,
    challengeScopes: [...challengeScopes],
    ...(Object.keys(scopeHierarchy).length > 0 && { scopeHierarchy }),
    ...(accessTokenExpiresIn !== null && { accessTokenExpiresIn }),
    ...(signingAlgorithm !== null && { signingAlgorithm }),
    ...(maxAge !== null && { maxAge }),
    ...(!enabled && { enabled }),
  };
}
