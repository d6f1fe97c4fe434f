/** The literal parts of a URI template, between its expressions. */
type Pattern = readonly string[];

/**
 * The scopes of resources, by URI or URI template (RFC 6570). They are compared without case and without a slash at the
 * end, as some servers do: nothing is read for fewer scopes because it is written in another way.
 */
export class ScopesByUri {
  private readonly entries: { pattern: Pattern; scopes: readonly string[] }[];

  constructor(scopes: Readonly<Record<string, readonly string[]>>) {
    this.entries = Object.entries(scopes).map(([template, needed]) => ({
      pattern: patternOf(loosely(template)),
      scopes: needed,
    }));
  }

  /** The scopes of every entry that fits, all of them. */
  of(uri: string): readonly string[] {
    const spellings = spellingsOf(uri);
    const fitting = this.entries.filter(({ pattern }) => spellings.some((text) => fits(text, pattern)));
    return [...new Set(fitting.flatMap(({ scopes }) => scopes))];
  }
}

function patternOf(template: string): Pattern {
  return template.split(/\{[^{}]*\}/);
}

/**
 * An expression stands for any characters: no server reads less into it than we do. Without a regular expression, whose
 * time a URI could make long.
 */
function fits(text: string, [first = '', ...others]: Pattern): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, at);
    if (found === -1) return false;
    at = found + literal.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** A URI as it stands, as a server's parser writes it, and both without percent-encoding. */
function spellingsOf(uri: string): string[] {
  const written = URL.canParse(uri) ? [uri, new URL(uri).href] : [uri];
  return [...new Set(written.flatMap((text) => [text, decoded(text)].map(loosely)))];
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function loosely(uri: string): string {
  return uri.toLowerCase().replace(/\/$/, '');
}
