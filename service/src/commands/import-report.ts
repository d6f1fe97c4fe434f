import type { BetterAuthReport, ImportKind, LeftBehind } from 'nestjs-mcp-auth/better-auth';

const COLUMNS = ['', 'taken over', 'here already', 'left'] as const;

/** What an import does, for whoever runs it. */
export function reportInWords(report: BetterAuthReport): string {
  const { applied, left, notes } = report;
  const parts = [
    applied
      ? 'It is done, and is in the audit.'
      : 'A dry run: nothing is written. This is what --apply would do; stop the old application before.',
    table(report),
    left.length > 0 && ['What is left:', ...left.map(leftInWords)].join('\n'),
    notes.length > 0 && ['What changes:', ...notes.map((note) => `- ${note}`)].join('\n'),
  ];
  return `${parts.filter((part) => part !== false).join('\n\n')}\n`;
}

function table({ taken, there, left }: BetterAuthReport): string {
  const kinds = Object.keys(taken) as ImportKind[];
  const lost = (kind: ImportKind) =>
    left.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
  const rows = kinds.map((kind) => [kind, String(taken[kind]), String(there[kind]), String(lost(kind))]);
  const widths = COLUMNS.map((name, index) =>
    Math.max(...[name, ...rows.map((row) => row[index] ?? '')].map(lengthOf)),
  );
  return [COLUMNS, ...rows]
    .map((row) =>
      row
        .map((cell, index) =>
          index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

const lengthOf = ({ length }: string) => length;

/** "3 people, each of whom …" is one line; who they are the next. */
function leftInWords({ kind, why, count, examples }: LeftBehind): string {
  const more = count > examples.length ? ` and ${count - examples.length} more` : '';
  const who = examples.length > 0 ? `\n  ${examples.join(', ')}${more}` : '';
  return `- ${kind} (${count}): ${why}${who}`;
}
