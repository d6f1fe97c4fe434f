import type { IncomingHttpHeaders } from 'node:http';
import type { Parameters } from './parameters.js';

/** A form request to an endpoint that authenticates clients. */
export interface TokenRequest {
  readonly parameters: Parameters;
  readonly headers: IncomingHttpHeaders;
  /** Where it comes from, as the connection or the trusted proxies say; undefined when the connection is gone. */
  readonly address?: string;
}

/** A successful answer of the token endpoint (RFC 6749 §5.1). */
export interface TokenResponse {
  access_token: string;
  /** `N_A` for what is no access token (RFC 8693 §2.2.1). */
  token_type: 'Bearer' | 'DPoP' | 'N_A';
  /** What was issued by an exchange (RFC 8693 §2.2.1). */
  issued_token_type?: string;
  /** Seconds. */
  expires_in: number;
  refresh_token?: string;
  /** OpenID Connect Core §3.1.3.3. */
  id_token?: string;
  scope: string;
}
