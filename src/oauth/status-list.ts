/** Tokens per list (Token Status List §4): 8 kB before compression. */
export const STATUS_LIST_SIZE = 65_536;

/** Type of a status list token (Token Status List §5.1), and of the answer that carries it. */
export const STATUS_LIST_TYPE = 'statuslist+jwt';

/** Where a token's status stands (Token Status List §6.2). */
export interface StatusReference {
  /** Place in the list. */
  idx: number;
  /** URL of the list. */
  uri: string;
}

/** The list below the issuer, and the place in it, of a token's index. */
export function statusReference(issuer: string, index: number): StatusReference {
  return {
    idx: index % STATUS_LIST_SIZE,
    uri: statusListUri(issuer, Math.floor(index / STATUS_LIST_SIZE)),
  };
}

export function statusListUri(issuer: string, number: number): string {
  return `${issuer}/status-lists/${number}`;
}
