/** The audit was sealed under another `MCP_AUTH_SECRET`: it says nothing of tampering. */
export class WrongSecretError extends Error {
  constructor() {
    super(
      'MCP_AUTH_SECRET is wrong: it does not open the key of the audit. Set it to the secret that this database was started with.',
    );
  }
}
