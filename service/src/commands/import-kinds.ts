/** What can be taken over. */
export const KINDS = ['people', 'clients', 'consents', 'refresh-tokens', 'resources'] as const;
export type Kind = (typeof KINDS)[number];
export const DEFAULT_KINDS: readonly Kind[] = ['people', 'clients', 'consents'];
