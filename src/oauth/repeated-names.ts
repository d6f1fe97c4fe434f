const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gu;

/**
 * Whether an object in a JSON text has a name twice, however it is spelled. Parsers differ in which of two members counts
 * (RFC 8259 §4), so that two of them may read different claims in one signed text (RFC 7519 §4).
 * @param text that JSON.parse takes.
 */
export function hasRepeatedNames(text: string): boolean {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') last = token;
    else if (names) {
      const name = JSON.parse(last) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}
