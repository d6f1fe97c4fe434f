import { validate } from 'class-validator';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../host/clock.js';
import { InvalidClientMetadataError, InvalidRedirectUriError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import type { ClientStore } from '../persistence/client.store.js';
import { ClientMetadataDto } from './client-metadata.dto.js';

/** What a client learns about itself (RFC 7591 §3.2.1); members without a value are left out. */
export interface ClientInformation extends Omit<ClientMetadataDto, 'redirect_uris'> {
  client_id: string;
  /** Seconds since the epoch. */
  client_id_issued_at: number;
  client_secret?: string;
  /** 0: it does not expire. */
  client_secret_expires_at?: number;
  redirect_uris: string[];
}

/** RFC 7591 §2. */
const DEFAULT_AUTH_METHOD = 'client_secret_basic';

/** Members that are kept for the record and given back, and nothing else is done with them. */
const RECORDED = ['scope', 'tos_uri', 'policy_uri', 'contacts', 'software_id', 'software_version'] as const;

/** Dynamic client registration (RFC 7591). */
export class ClientRegistration {
  constructor(
    private readonly store: ClientStore,
    private readonly clock: Clock,
    private readonly supported: { grantTypes: readonly string[]; authMethods: readonly string[] },
  ) {}

  /**
   * Registers a client. Missing `grant_types` mean all that are supported; unsupported ones are dropped.
   * @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2); nothing is stored then.
   */
  async register(metadata: unknown): Promise<ClientInformation> {
    const dto = await parse(metadata);
    const redirectUris = [...new Set(dto.redirect_uris)];
    for (const uri of redirectUris) {
      const problem = checkRedirectUri(uri);
      if (problem) throw new InvalidRedirectUriError(problem);
    }
    const grantTypes = this.grantTypes(dto);
    const authMethod = dto.token_endpoint_auth_method ?? DEFAULT_AUTH_METHOD;
    if (!this.supported.authMethods.includes(authMethod))
      throw new InvalidClientMetadataError('The token_endpoint_auth_method is not supported.');
    const secret = authMethod === 'none' ? undefined : newOpaqueToken();
    const recorded = Object.fromEntries(RECORDED.flatMap((name) => (dto[name] ? [[name, dto[name]]] : [])));
    const now = this.clock.now();
    const clientId = randomUUID();
    await this.store.insert(
      {
        id: randomUUID(),
        clientId,
        name: dto.client_name ?? null,
        source: 'registered',
        redirectUris,
        grantTypes,
        tokenEndpointAuthMethod: authMethod,
        secretHash: secret === undefined ? null : digest(secret),
        secretExpiresAt: null,
        disabled: false,
        clientUri: dto.client_uri ?? null,
        logoUri: dto.logo_uri ?? null,
        type: dto.application_type ?? 'native',
        metadata: recorded,
      },
      new Date(now),
    );
    return {
      client_id: clientId,
      client_id_issued_at: Math.floor(now / 1000),
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...(dto.client_name && { client_name: dto.client_name }),
      redirect_uris: redirectUris,
      grant_types: grantTypes,
      response_types: ['code'],
      token_endpoint_auth_method: authMethod,
      ...(dto.client_uri && { client_uri: dto.client_uri }),
      ...(dto.logo_uri && { logo_uri: dto.logo_uri }),
      ...(dto.application_type && { application_type: dto.application_type }),
      ...recorded,
    };
  }

  private grantTypes({ grant_types: requested, response_types: responses }: ClientMetadataDto): string[] {
    if (responses && responses.length > 0 && !responses.includes('code'))
      throw new InvalidClientMetadataError('The response_types must include code.');
    const known = this.supported.grantTypes.filter((name) => !requested?.length || requested.includes(name));
    if (!known.includes('authorization_code'))
      throw new InvalidClientMetadataError('The grant_types must include authorization_code.');
    return known;
  }
}

/** The known members of a JSON object; null and empty strings count as not given, as clients send them so. */
async function parse(metadata: unknown): Promise<ClientMetadataDto> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw new InvalidClientMetadataError('The client metadata must be a JSON object.');
  // What every object inherits is no member: `constructor` must not replace ours.
  const given = Object.entries(metadata).filter(
    ([name, value]) => value !== null && value !== '' && !(name in Object.prototype),
  );
  const dto = Object.assign(new ClientMetadataDto(), Object.fromEntries(given));
  // An application_type that nobody knows must not stand in a native client's way.
  if (dto.application_type !== 'native' && dto.application_type !== 'web') delete dto.application_type;
  const [problem] = await validate(dto, { whitelist: true });
  const description = problem && Object.values(problem.constraints ?? {}).join('; ');
  if (problem?.property === 'redirect_uris')
    throw new InvalidRedirectUriError(description ?? 'redirect_uris is wrong.');
  if (problem) throw new InvalidClientMetadataError(description ?? `${problem.property} is wrong.`);
  if (
    JSON.stringify(dto, (name, value: unknown) => (name === 'redirect_uris' ? [] : value)).includes('\\u0000')
  )
    throw new InvalidClientMetadataError('The client metadata holds a NUL character.');
  return dto;
}
