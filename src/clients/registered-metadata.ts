import { Injectable } from '@nestjs/common';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { formatScope, parseScope } from '../oauth/scope.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { type ClientMetadata, readClientMetadata, SupportedMetadata } from './client-metadata.js';

/** RFC 7591 §2. */
const DEFAULT_AUTH_METHOD = 'client_secret_basic';

/** Reads what a client registers, whether for the first time or in place of what it registered before. */
@Injectable()
export class RegisteredMetadata {
  constructor(
    private readonly supported: SupportedMetadata,
    private readonly resources: ProtectedResources,
  ) {}

  /** @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2). */
  read(given: unknown): ClientMetadata {
    const read = readClientMetadata(given, this.supported, DEFAULT_AUTH_METHOD);
    return { ...read, metadata: this.withKnownScopes(read.metadata) };
  }

  /** RFC 7591 §3.2.1: the answer says what is registered, and a scope that nobody knows is not. */
  private withKnownScopes(metadata: ClientMetadata['metadata']): ClientMetadata['metadata'] {
    const { scope, ...others } = metadata ?? {};
    const enabled = this.resources.all().filter((resource) => resource.enabled);
    const known = new Set([
      ...enabled.flatMap(({ scopes }) => Object.keys(scopes)),
      ...Object.keys(SERVER_SCOPES),
    ]);
    const scopes = parseScope(typeof scope === 'string' ? scope : null).filter((each) => known.has(each));
    return scopes.length > 0 ? { ...others, scope: formatScope(scopes) } : others;
  }
}
