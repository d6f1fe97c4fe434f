import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { isSecretMethod } from '../oauth/client.js';
import { newClientId } from '../oauth/client-id.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { ClientStore } from '../persistence/client.store.js';
import { type ClientInformation, clientInformation } from './client-information.js';
import { RegisteredMetadata } from './registered-metadata.js';
import { RegistrationAccess } from './registration-access.js';

/** Self-registered clients that never obtained a grant: more are not taken until some of them are deleted. */
const MOST_UNUSED = 10_000;

/** Dynamic client registration (RFC 7591). */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly store: ClientStore,
    private readonly clock: Clock,
    private readonly metadata: RegisteredMetadata,
    private readonly access: RegistrationAccess,
  ) {}

  /**
   * Registers a client.
   * @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2); nothing is stored then.
   * @throws TemporarilyUnavailableError when too many have registered that were never used.
   */
  async register(metadata: unknown): Promise<ClientInformation> {
    const client = this.metadata.read(metadata);
    const secret = isSecretMethod(client.tokenEndpointAuthMethod) ? newOpaqueToken() : undefined;
    const createdAt = new Date(this.clock.now());
    const clientId = newClientId();
    const registration = this.access.issue(clientId);
    const isStored = await this.store.insert(
      // Names that stand behind a copy in one literal cost as much as ten of these (Node 20).
      Object.assign(
        { ...client },
        {
          id: randomUUID(),
          clientId,
          source: 'registered' as const,
          secretHash: secret === undefined ? null : digest(secret),
          registrationTokenHash: registration ? digest(registration.accessToken) : null,
          resource: null,
          disabled: false,
          kind: 'application' as const,
          scopeCeiling: null,
          resourceCeiling: null,
        },
      ),
      createdAt,
      MOST_UNUSED,
    );
    if (!isStored)
      throw new TemporarilyUnavailableError(
        'Too many clients have registered here that nobody has used yet. Try again later.',
        { retryAfter: 600 },
      );
    const registered = Object.assign(client, { clientId, createdAt, secretExpiresAt: null });
    return clientInformation(registered, client.applicationType, { secret, registration });
  }
}
