/** Longest text of a stranger that a page shows, in characters. */
const LONGEST = 120;

/** Control characters, and marks that turn or hide text: a name must not rearrange the sentence around it. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Text of a client or a person, made fit to be shown: one line, nothing invisible, not too long. */
export function displayText(text: string): string {
  const visible = text.replace(DECEPTIVE, ' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(visible);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : visible;
}
