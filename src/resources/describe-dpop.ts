import type { DpopRules } from '../verification/dpop-rules.js';
import type { ProtectedResourceOptions } from './resource-options.js';

/** What the options say of DPoP, with the defaults. */
export function describeDpop({
  dpop: { required = false, nonces = false } = {},
}: ProtectedResourceOptions): DpopRules {
  return { required, nonces };
}
