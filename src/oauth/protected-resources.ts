import { canonicalResource, type ProtectedResource } from './resource.js';

/** The protected resources of one authorization server; the first is the default. */
export abstract class ProtectedResources {
  /** The authorization server whose tokens they take. */
  abstract readonly issuer: string;
  abstract all(): readonly ProtectedResource[];

  /** What a request without `resource` means. */
  default(): ProtectedResource {
    const [first] = this.all();
    if (!first) throw new Error('No protected resource is configured: set `resource`.');
    return first;
  }

  /** The resource of this identifier in any of its equal spellings, or null. */
  find(identifier: string): ProtectedResource | null {
    const canonical = canonicalResource(identifier);
    if (canonical === null) return null;
    return this.all().find((resource) => canonicalResource(resource.identifier) === canonical) ?? null;
  }
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
