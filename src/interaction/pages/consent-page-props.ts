import type { McpAccount } from '../../host/account-directory.js';

/** What the consent page says. */
export interface ConsentPageProps {
  client: {
    /** As it calls itself. */
    name: string | null;
    clientId: string;
    selfRegistered: boolean;
    /** When the client is identified by a URL. */
    domain: string | null;
  };
  /** A host, or the scheme of a private-use redirect such as `cursor:`. */
  redirectHost: string;
  /** Every redirect of the client stays on this computer. */
  loopbackOnly: boolean;
  resource: { name: string; identifier: string };
  account: McpAccount;
  scopes: {
    name: string;
    words: string;
    /** Allowed before. Default false. */
    granted?: boolean;
  }[];
  /** It can stay connected without asking again. */
  offlineAccess: boolean;
  /** All of it was allowed before: one click goes on. */
  remembered: boolean;
  action: string;
  csrf: string;
  error?: string;
  /** The sign-in page, for another account. */
  switchAccount: string;
}
