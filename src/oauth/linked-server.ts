/** Another authorization server for which assertions are issued to a client, as the options say. */
export interface LinkedServer {
  /** Its issuer, which is `aud` of what is issued. */
  readonly issuer: string;
  /** Identifiers of resources there. */
  readonly resources: readonly string[];
  /** `client_id` here. */
  readonly client: string;
  /** The client's id there. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Null for everybody. */
  readonly groups: readonly string[] | null;
  /** Seconds since the person has signed in, at most; null for any time. */
  readonly maxAge: number | null;
  /** Which claims of the person are told there: those of `profile`, `email` (OpenID Connect Core §5.4). */
  readonly claims: readonly string[];
}
