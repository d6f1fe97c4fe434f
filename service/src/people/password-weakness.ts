import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

const require = createRequire(import.meta.url);

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
  known ??= loadKnown();
  const { score } = known.check(password, about.flatMap(words));
  if (score >= WEAKEST) return null;
  return 'This password is easy to guess: it is a common one, a simple pattern, or made of your own address or name. Choose another one.';
}

/** Most services never see a password chosen: its word lists are read when the first one is. */
function loadKnown(): ZxcvbnFactory {
  const { ZxcvbnFactory } = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const common = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  const { dictionary, adjacencyGraphs: graphs } = common;
  return new ZxcvbnFactory({ dictionary, graphs, maxLength: LONGEST_LOOK });
}

/** A text as it is, each side of an address, without its signs, and word by word. */
function words(text: string): string[] {
  const parts = text.split(/[^\p{L}\p{N}]+/u);
  return [text, ...text.split('@'), parts.join(''), ...parts].filter((part) => part.length > 2);
}
