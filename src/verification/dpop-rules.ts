/** What the options say of proofs of possession. */
export abstract class DpopRules {
  /** Whether every token must be bound to a key. */
  abstract readonly required: boolean;
  /** Whether every proof must carry a nonce of ours. */
  abstract readonly nonces: boolean;
}
