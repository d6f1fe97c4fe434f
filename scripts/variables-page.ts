import type { Variable } from '../service/src/config/variable.js';
import { VARIABLE_GROUPS } from '../service/src/config/variables.js';

const HEAD = `# Environment variables of the service

Times are in seconds. Made from the source by \`npm run docs\`.

An empty variable counts as not set. A secret can also stand in a file, which the same variable with \`_FILE\` at its end
names. A variable with \`MCP_AUTH_\` that is not in this list stops the start, and so does one that has no effect without
another.
`;

const FOOT = `\`/health/live\` and \`/health/ready\` answer an orchestrator. Every answer has an \`X-Request-Id\`, which stands in the lines that its request left in the log.
`;

/** docs/reference/variables.md, from what the readers know. */
export function variablesPage(): string {
  const tables = VARIABLE_GROUPS.map(
    ({ title, variables }) =>
      `## ${title}\n\n| variable | may be | default | |\n| --- | --- | --- | --- |\n${Object.values(variables).map(row).join('\n')}\n`,
  );
  return [HEAD, ...tables, FOOT].join('\n');
}

function row({ name, values = '', fallback, otherwise, is, isSecret, needs }: Variable): string {
  const isShown = typeof fallback === 'number' || typeof fallback === 'string';
  const standard = otherwise ?? (isShown ? `\`${fallback}\`` : '');
  const file = isSecret ? `, or \`${name}_FILE\`` : '';
  return `| \`${name}\`${file} | ${values} | ${standard} | ${is}${needs ? `; with ${condition(needs)}` : ''} |`;
}

function condition([name, ...values]: readonly string[]): string {
  return `\`${name}\`${values.length > 0 ? ` ${values.map((value) => `\`${value}\``).join(' or ')}` : ''} alone`;
}
