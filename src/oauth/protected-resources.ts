import { memoizeLatest } from './memoize-latest.js';
import { InvalidTargetError } from './errors.js';
import type { SigningAlgorithm } from './signing-algorithm.js';
import { canonicalResource, type ProtectedResource } from './resource.js';

/** The protected resources of one authorization server; the first is the default. */
export abstract class ProtectedResources {
  private readonly byIdentifier = memoizeLatest(
    (resources: readonly ProtectedResource[]) =>
      new Map(
        resources.map((resource) => [
          canonicalResource(resource.identifier) ?? resource.identifier,
          resource,
        ]),
      ),
  );

  /** The authorization server whose tokens they take. */
  abstract readonly issuer: string;
  /** All of them; another array after every change. */
  abstract all(): readonly ProtectedResource[];

  /** The resource of a request that names none. */
  default(): ProtectedResource {
    const [first] = this.all();
    if (!first) throw new Error('No protected resource is configured: set `resource`.');
    return first;
  }

  /** The algorithms that resources ask for. */
  signingAlgorithms(): SigningAlgorithm[] {
    return this.all().flatMap(({ signingAlgorithm }) => signingAlgorithm ?? []);
  }

  /** The resource of this identifier in any of its equal spellings, or null. */
  find(identifier: string): ProtectedResource | null {
    const known = this.byIdentifier(this.all());
    const canonical = canonicalResource(identifier);
    if (canonical === null) return null;
    // What clients add behind a `?`, such as `utm_source`, names no other resource where none has a query.
    const [bare = ''] = canonical.split('?', 1);
    return known.get(canonical) ?? known.get(bare) ?? null;
  }

  /**
   * The one resource that the `resource` parameters of a request name; null for none (RFC 8707 §2).
   * @throws InvalidTargetError for two, and for one that is unknown or disabled.
   */
  requested(named: readonly string[]): ProtectedResource | null {
    if (named.length > 1) throw new InvalidTargetError('A request may name one resource.');
    const [identifier] = named;
    return identifier === undefined ? null : enabled(this.find(identifier));
  }

  /** The requested resource, or the default one. @throws InvalidTargetError also when the default one is disabled. */
  requestedOrDefault(named: readonly string[]): ProtectedResource {
    return this.requested(named) ?? enabled(this.default());
  }
}

function enabled(resource: ProtectedResource | null): ProtectedResource {
  if (!resource?.enabled) throw new InvalidTargetError('The resource is unknown.');
  return resource;
}

/** Resources that never change while the process runs. */
export class StaticProtectedResources extends ProtectedResources {
  constructor(
    readonly issuer: string,
    private readonly resources: readonly ProtectedResource[],
  ) {
    super();
  }

  all(): readonly ProtectedResource[] {
    return this.resources;
  }
}
