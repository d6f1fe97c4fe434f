import type { JsonWebKey } from 'node:crypto';

/** Somebody else who signs assertions, as the options describe them. */
export interface TrustedIssuer {
  readonly issuer: string;
  /** Its public keys, here or at a URL; both null where its metadata says where they are. */
  readonly jwks: { keys: JsonWebKey[] } | null;
  readonly jwksUri: string | null;
  /** Whether an assertion may be presented more than once. */
  readonly reusable: boolean;
}

/** What a trusted issuer may say of people (draft-ietf-oauth-identity-assertion-authz-grant §4.4). */
export interface IdentityAssertionRule {
  readonly issuer: string;
  /** Of whose people, where the issuer has several tenants; null where it has one, and names none. */
  readonly tenant: string | null;
  /** `client_id`s that may present its assertions. */
  readonly clients: readonly string[];
  /** Identifiers; null for all. */
  readonly resources: readonly string[] | null;
  /** The most that a token may allow; null for what the assertion says. */
  readonly scopes: readonly string[] | null;
}

/** Which workload of a trusted issuer is which service account: by an exact subject, exact claims, or both. */
export interface WorkloadRule {
  readonly issuer: string;
  /** Null for any. */
  readonly subject: string | null;
  readonly claims: Readonly<Record<string, string | number | boolean>>;
  /** `client_id` of the service account. */
  readonly serviceAccount: string;
}
