import { InvalidTargetError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import type { ProtectedResources } from '../oauth/protected-resources.js';

/**
 * The identifier of the one resource a request names; null for none (RFC 8707 §2).
 * @throws InvalidTargetError for two, or for one that is unknown.
 */
export function requestedResource(parameters: Parameters, resources: ProtectedResources): string | null {
  const named = parameters.getAll('resource');
  if (named.length > 1) throw new InvalidTargetError('A request may name one resource.');
  const [identifier] = named;
  if (identifier === undefined) return null;
  const resource = resources.find(identifier);
  if (!resource) throw new InvalidTargetError('The resource is unknown.');
  return resource.identifier;
}
