import type { McpAccount } from '../../host/account-directory.js';

/** What is known of a device that asks. */
export interface DeviceProps {
  /** As it is shown. */
  userCode: string;
  address: string | null;
  userAgent: string | null;
  requestedAt: Date;
}

/** What every page of an interaction says and sends. */
export interface InteractionPageProps {
  client: {
    /** As it calls itself. */
    name: string | null;
    clientId: string;
    selfRegistered: boolean;
    /** When the client is identified by a URL. */
    publishedAt: string | null;
  };
  /** A host, or the scheme of a private-use redirect such as `cursor:`. */
  redirectHost: string;
  /** The redirect that was asked for stays on this computer. */
  isLoopback: boolean;
  /** The device that asks, where it is no browser's; null else. */
  device: DeviceProps | null;
  resource: { name: string; identifier: string };
  account: McpAccount;
  action: string;
  csrf: string;
  /** The sign-in page, for another account. */
  switchAccount: string;
}
