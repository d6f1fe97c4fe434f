import type { IncomingMessage } from 'node:http';

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
  /** When the person last proved who they are. */
  authenticatedAt: Date;
  /** The host's name for this sign-in session, of which id_tokens speak as `sid` (OpenID Connect Front-Channel Logout §3). */
  sid?: string;
  /** How they proved it (RFC 8176), such as `['pwd', 'otp']`. */
  amr?: readonly string[];
  /** How strong that was, by the host's own classes (OpenID Connect Core §2). */
  acr?: string;
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
}
