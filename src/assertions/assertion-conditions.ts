import { isStorable } from '../oauth/storable-text.js';

/** What would narrow a token, or say more of whom it is about, and is not understood here. */
const NOT_UNDERSTOOD = ['authorization_details', 'act', 'aud_tenant'];
const LONGEST_THUMBPRINT = 2_000;

/** What an assertion asks of whoever presents it. */
export interface AssertionConditions {
  /** Of the key that they must prove to hold (RFC 7800 §3.1, RFC 9449 §6.1); null for none. */
  keyThumbprint: string | null;
}

/** Null where it asks for something that is not understood here: such an assertion is refused, whatever it is for. */
export function readConditions(members: Readonly<Record<string, unknown>>): AssertionConditions | null {
  const { cnf } = members;
  if (NOT_UNDERSTOOD.some((name) => members[name] !== undefined)) return null;
  if (cnf === undefined) return { keyThumbprint: null };
  return isKey(cnf) ? { keyThumbprint: cnf.jkt } : null;
}

/** By anything else, or by more than that, a confirmation is not understood. */
function isKey(value: unknown): value is { jkt: string } {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'jkt') return false;
  const { jkt } = value as { jkt: unknown };
  return typeof jkt === 'string' && jkt !== '' && jkt.length <= LONGEST_THUMBPRINT && isStorable(jkt);
}
