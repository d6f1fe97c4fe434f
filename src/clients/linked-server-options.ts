/** Another authorization server, and what a client of ours may get from it for whoever has signed in here. */
export interface LinkedServerOptions {
  /** Its issuer, character for character; another instance of ours names it in its metadata. */
  issuer: string;
  /** Identifiers of MCP servers there. */
  resources: readonly string[];
  /** The client's id here: one of `clients`, or a metadata-document client with `private_key_jwt`. */
  client: string;
  /** The client's id there. Default: the same. */
  clientId?: string;
  /** The most that an assertion allows there. */
  scopes: readonly string[];
  /** Only for people of one of these `McpAccount.groups`. Default: for everybody. */
  groups?: readonly string[];
  /** Seconds since the person has signed in, at most. Default: as long as the id_token is good. */
  maxAge?: number;
  /** What is told of a person beside who it is (OpenID Connect Core §5.4): `email` for an account there that has the same address. Default: nothing. */
  claims?: readonly ('email' | 'profile')[];
}
