import type { Clock } from '../host/clock.js';
import { OAuthError, type OAuthErrorCode, TemporarilyUnavailableError } from '../oauth/errors.js';
import { isLoopbackHost } from '../oauth/loopback.js';
import type { ResourceServer } from '../oauth/resource.js';
import { formatScope } from '../oauth/scope.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import { fetchIssuerMetadata } from '../verification/issuer-metadata.js';
import { type DelegatedToken, type DelegationRequest, DelegationSource } from './delegation-source.js';

/** Milliseconds. */
const TIMEOUT = 5_000;

/** Exchanges tokens at the token endpoint of an issuer in another process. */
export class RemoteDelegations extends DelegationSource {
  private endpoint: Promise<string> | undefined;

  constructor(
    private readonly issuer: string,
    private readonly servers: readonly ResourceServer[],
    private readonly clock: Clock,
  ) {
    super();
  }

  async exchange({ from, subjectToken, resource, scopes }: DelegationRequest): Promise<DelegatedToken> {
    const server = this.servers.find((each) => each.resource === from);
    if (!server)
      throw new Error(
        `The resource ${from} has no credentials: set \`introspection\` of it in \`resource\`.`,
      );
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: TOKEN_TYPE.accessToken,
      requested_token_type: TOKEN_TYPE.accessToken,
      resource,
      ...(scopes && { scope: formatScope(scopes) }),
    });
    const now = this.clock.now();
    const { status, answer } = await this.ask(body, server);
    const {
      access_token: token,
      expires_in: lifetime,
      token_type: type,
      error,
      error_description: text,
    } = answer;
    if (status !== 200) {
      const description = typeof text === 'string' ? text : `It is answered with status ${status}.`;
      throw new OAuthError(
        (typeof error === 'string' ? error : 'server_error') as OAuthErrorCode,
        description,
        status,
      );
    }
    if (typeof token !== 'string' || typeof lifetime !== 'number' || String(type).toLowerCase() !== 'bearer')
      throw new Error(`${this.issuer} answers an exchange with something that is no bearer token.`);
    return { token, expiresAt: now + lifetime * 1000 };
  }

  private async ask(body: URLSearchParams, { clientId, clientSecret }: ResourceServer) {
    try {
      this.endpoint ??= this.discover();
      const response = await fetch(await this.endpoint, {
        method: 'POST',
        headers: { accept: 'application/json', authorization: basic(clientId, clientSecret) },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    } catch (cause) {
      throw new TemporarilyUnavailableError('The authorization server is out of reach.', { cause });
    }
  }

  private async discover(): Promise<string> {
    try {
      const { token_endpoint: endpoint } = await fetchIssuerMetadata(this.issuer);
      const url = new URL(String(endpoint));
      if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return url.href;
      throw new Error('The token_endpoint must use https.');
    } catch (error) {
      this.endpoint = undefined;
      throw error;
    }
  }
}

/** RFC 6749 §2.3.1: id and secret form-encoded. */
function basic(...credentials: string[]): string {
  const encoded = credentials.map((part) => new URLSearchParams({ '': part }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
