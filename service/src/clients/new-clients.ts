/** An application that acts for people, as somebody enters it. */
export interface NewApplication {
  name: string;
  redirectUris: readonly string[];
  /** Whether it keeps a secret. */
  confidential: boolean;
  /** Of a form, which may be sent twice. */
  once?: string;
}

/** One that acts for itself. */
export interface NewServiceAccount {
  clientId: string;
  name?: string;
  /** Identifiers of MCP servers: the only ones it ever gets tokens for. */
  resources: readonly string[];
  /** The most its tokens ever allow. */
  scopes: readonly string[];
  /** Of a form, which may be sent twice. */
  once?: string;
}

/** What a service account may, and what people call it. */
export type ServiceAccountChange = Omit<NewServiceAccount, 'clientId' | 'once'>;
