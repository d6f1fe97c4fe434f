/** An access token that must not be accepted (RFC 6750 §3.1, `invalid_token`); the message is safe to send. */
export class InvalidTokenError extends Error {}

/** Made once, since a refusal needs no stack, and a stack is most of what it would cost. */
export const INVALID_TOKEN = {
  tooLong: new InvalidTokenError('The access token is too long.'),
  malformed: new InvalidTokenError('The access token is malformed.'),
  otherType: new InvalidTokenError('The token is not an access token: its typ is not at+jwt (RFC 9068).'),
  badSignature: new InvalidTokenError('The signature of the access token is not valid.'),
  lacksClaim: new InvalidTokenError('The access token lacks a claim.'),
  otherIssuer: new InvalidTokenError('The access token is from another issuer.'),
  notYetValid: new InvalidTokenError('The access token is not valid yet.'),
  unreadableStatus: new InvalidTokenError('The status of the access token cannot be read.'),
  otherResource: new InvalidTokenError('The access token is meant for another resource.'),
  expired: new InvalidTokenError('The access token has expired.'),
  bound: new InvalidTokenError('The access token is bound to a key and is no bearer token.'),
  unbound: new InvalidTokenError('The access token is not bound to a key.'),
  revoked: new InvalidTokenError('The access token was revoked.'),
};
