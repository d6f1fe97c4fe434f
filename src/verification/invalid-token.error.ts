/** An access token that must not be accepted (RFC 6750 §3.1, `invalid_token`); the message is safe to send. */
export class InvalidTokenError extends Error {}
