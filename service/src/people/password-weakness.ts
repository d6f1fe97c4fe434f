import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Characters that are looked at; what takes long is long. */
const LONGEST_LOOK = 64;
/** Of zxcvbn: below it, a million guesses find the password. */
const WEAKEST = 2;

let known: ZxcvbnFactory | undefined;

/**
 * Why people may not choose this password, in one sentence; null when they may. Refused are common ones, what is made of
 * them, of sequences and of repetitions, and what is known of the person (NIST SP 800-63B §3.1.1.2).
 * @param about their address and name.
 */
export function passwordWeakness(password: string, about: readonly string[]): string | null {
  known ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: LONGEST_LOOK });
  const { score } = known.check(password, about.flatMap(words));
  if (score >= WEAKEST) return null;
  return 'This password is easy to guess: it is a common one, a simple pattern, or made of your own address or name. Choose another one.';
}

/** A text as it is, without its signs, and word by word. */
function words(text: string): string[] {
  const parts = text.split(/[^\p{L}\p{N}]+/u).filter((part) => part.length > 2);
  return [text, parts.join(''), ...parts];
}
