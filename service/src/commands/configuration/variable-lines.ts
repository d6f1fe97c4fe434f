import { ConfigurationError } from '../../config/configuration.error.js';

/** What nothing makes anything of, without quotes. */
const PLAIN = /^[A-Za-z0-9_.:/@%+,=-]*$/;
const LINE = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/;
const REST = String.raw`\s*(?:\s#.*)?$`;
const IN_SINGLE_QUOTES = new RegExp(`^'([^']*)'${REST}`);
const IN_DOUBLE_QUOTES = new RegExp(String.raw`^"((?:[^"\\$\`]|\\.)*)"${REST}`);

/** One variable a line, of which a shell, Compose and `readVariables` make the same. */
export function variableLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
}

/**
 * The variables of such lines, whoever wrote them.
 * @param file as complaints call it.
 * @throws ConfigurationError with one sentence for a line that a shell and Compose would read otherwise, or not at all.
 */
export function readVariables(text: string, file: string): Record<string, string> {
  const variables = text.split(/\r?\n/).flatMap((line, index): [string, string][] => {
    const said = line.trim();
    if (said === '' || said.startsWith('#')) return [];
    const [, name, value = ''] = LINE.exec(said) ?? [];
    const meant = valueOf(value);
    if (name !== undefined && meant !== undefined) return [[name, meant]];
    throw new ConfigurationError(
      `${file}, line ${index + 1}: write NAME='value', with what a shell would make something of in single quotes.`,
    );
  });
  return Object.fromEntries(variables);
}

/** Between single quotes nothing means anything but their end, and to Compose a backslash ahead of that. */
function quoted(value: string): string {
  if (PLAIN.test(value)) return value;
  return /'|\\$/.test(value) ? `"${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"` : `'${value}'`;
}

function valueOf(text: string): string | undefined {
  const [, single] = IN_SINGLE_QUOTES.exec(text) ?? [];
  if (single !== undefined) return single;
  const [, double] = IN_DOUBLE_QUOTES.exec(text) ?? [];
  if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, '$1');
  const bare = text.replace(/\s+#.*$/, '');
  return /["'\\$`#]/.test(bare) ? undefined : bare.trim();
}
