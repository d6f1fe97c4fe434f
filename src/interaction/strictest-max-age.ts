import type { ProtectedResource } from '../oauth/resource.js';

/** Seconds since the person proved who they are, at most, as the client or the resource says; null when neither does. */
export function strictestMaxAge(
  requested: number | undefined,
  resource: Pick<ProtectedResource, 'maxAge'> | null,
): number | null {
  const said = [requested, resource?.maxAge].filter((each) => typeof each === 'number');
  return said.length === 0 ? null : Math.min(...said);
}
