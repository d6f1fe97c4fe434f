/** Which MCP server may call which other one, for the person who calls it (RFC 8693). */
export interface DelegationOptions {
  /** Identifier of the server that calls; it needs `introspection` credentials, by which it proves who it is. */
  from: string;
  /** Identifier of the server that is called. */
  to: string;
  /**
   * The most it gets there. One that both servers know goes only to whoever has it at `from`. None for a server without
   * scopes.
   */
  scopes: string[];
  /** Scopes at `from` that the person's client must have. Default: none beyond being let in there. */
  requires?: string[];
}
