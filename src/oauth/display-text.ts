/** Longest name of a stranger that a page shows, in characters. */
const LONGEST = 120;

/** Control, unassigned and private characters, lone surrogates, and what turns or hides text. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Marks piled on one letter, which would paint over the lines above and below. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * Text of a client or a person, made fit to be shown: one line, nothing invisible, at most `longest` characters (120).
 * Empty when nothing visible is left. Put it into a `bdi` element, so that right-to-left letters keep to themselves.
 */
export function displayText(text: string, longest = LONGEST): string {
  const visible = text.replace(DECEPTIVE, ' ').replace(PILED_MARKS, '$1').replace(/\s+/g, ' ').trim();
  const characters = Array.from(visible);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : visible;
}
