import type { IncomingMessage, ServerResponse } from 'node:http';

/** A person as the authorization server needs to know them. */
export interface McpAccount {
  /** Stable, never reused; `sub` of the tokens. It does not begin with `client_` and is no URL: those are clients' ids. */
  id: string;
  /** True ends every refresh and refuses sign-in. Default false. */
  disabled?: boolean;
  /** What people call them; the claim `name` (OpenID Connect Core §5.1). */
  name?: string;
  /** Their address; the claim `email`. */
  email?: string;
  /** Whether the address is proved to be theirs; the claim `email_verified`. Default false. */
  emailVerified?: boolean;
  /** URL of a picture; the claim `picture`. */
  picture?: string;
  /** What an `AuthorizationPolicy` may go by. Default: none. */
  groups?: readonly string[];
  /** When the groups were read from where they are kept; left out where they are always current. */
  groupsReadAt?: Date;
}

/** Who is signed in in a browser. */
export interface SignedIn {
  /** `McpAccount.id`. */
  accountId: string;
  /** When the person last proved who they are, by this computer's clock; where nobody knows, when they were let in. */
  authenticatedAt: Date;
  /**
   * Whether nobody knows when they proved it, as where an identity provider let them through: it is not recent enough for
   * anybody who asks for a recent sign-in. Default false.
   */
  assumed?: boolean;
  /** The host's name for this sign-in session, of which id_tokens speak as `sid` (OpenID Connect Front-Channel Logout §3). */
  sid?: string;
  /** How they proved it (RFC 8176), such as `['pwd', 'otp']`. */
  amr?: readonly string[];
  /** How strong that was, by the host's own classes (OpenID Connect Core §2). */
  acr?: string;
}

/** A person of whom a trusted issuer speaks; its signature is checked. */
export interface AssertedPerson {
  /** `iss`. */
  issuer: string;
  /** `sub`: who it is at that issuer, byte for byte. */
  subject: string;
  /** The tenant of the issuer in which the subject is that; null where it names none. Without it, another tenant's subject may be the same. */
  tenant: string | null;
  /** An address, by the issuer's word; null for none. */
  email: string | null;
  /** Whether the issuer says that the address is the person's. */
  emailVerified: boolean;
  /** All that the assertion says. */
  claims: Readonly<Record<string, unknown>>;
}

/** The account of a person of whom an issuer speaks. */
export interface AssertedAccount extends McpAccount {
  /** Whether everything of the account ended while it was found, as when it has a new owner: a token is issued after that. Default false. */
  renewed?: boolean;
}

/** The host's people. Extend it and pass the class as `accounts`. */
export abstract class AccountDirectory {
  /** The account of this id; null when there is none any more. Asked at consent, at code exchange and at every refresh. */
  abstract find(accountId: string): Promise<McpAccount | null>;

  /**
   * Who is signed in in the browser that sends this request; null when nobody is.
   * `undefined`, the default, says that the host does not remember people: each authorization asks for sign-in.
   */
  async current(_request: IncomingMessage): Promise<SignedIn | null | undefined> {
    return undefined;
  }

  /**
   * The account of a person of whom an issuer of `identityAssertions` speaks; null for nobody, which is the default. Go by
   * issuer, tenant and subject together; by an address only where that issuer speaks for its domain. An account may be made
   * here. `groups` of the answer are those that the policy is asked with.
   */
  async asserted(_person: AssertedPerson): Promise<AssertedAccount | null> {
    return null;
  }

  /**
   * Ends the sign-in session of the browser that sends this request: with the method, clients may ask for that
   * (OpenID Connect RP-Initiated Logout), and the metadata names the endpoint; without it, there is none. Set or clear
   * cookies on the response, and send nothing. Grants live on.
   */
  endSignIn?(request: IncomingMessage, response: ServerResponse): Promise<void>;
}
