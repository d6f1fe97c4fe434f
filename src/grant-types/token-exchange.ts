import type { OAuthClient } from '../oauth/client.js';
import type { TokenResponse } from '../oauth/token-request.js';

/** What is asked for (RFC 8693 §2.1), well-formed; nothing of it is proved. */
export interface ExchangeRequest {
  /** `grant_type`, for whoever issues. */
  readonly grantType: string;
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  /** Null where the request names none; whether one is needed, and known, the exchange says. */
  readonly resource: string | null;
  readonly audience: string | null;
  /** Null where the request names none. */
  readonly scopes: readonly string[] | null;
}

/** One kind of exchange: of which tokens, for which. */
export interface TokenExchange {
  readonly name: string;
  /** Whether the options ask for it; one that they do not ask for does not exist. */
  readonly isOn: boolean;
  /** What it takes (`subject_token_type`). */
  readonly takes: readonly string[];
  /** What it issues (`requested_token_type`). */
  readonly issues: string;
  /** Whether that is for another authorization server (draft-ietf-oauth-identity-chaining §2.3). Default false. */
  readonly isForElsewhere?: boolean;
  /**
   * @param keyThumbprint of the key that the client has proved to hold (RFC 9449 §5).
   * @throws InvalidRequestError for a subject token that is not good, or not this client's to exchange (RFC 8693 §2.2.2).
   * @throws InvalidTargetError for a server that the client gets no token for.
   */
  exchange(
    request: ExchangeRequest,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse>;
}
