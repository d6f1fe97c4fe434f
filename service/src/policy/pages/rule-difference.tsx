import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Table } from '../../web/table.js';
import type { RuleFields } from '../rule-form.js';

const WORDS = [
  ['Name', (fields: RuleFields) => fields.name],
  ['Groups', (fields: RuleFields) => (fields.whom === 'everyone' ? 'Everybody' : fields.groups || 'None')],
  ['Server', (fields: RuleFields) => fields.server.join(' ')],
  ['Scopes', (fields: RuleFields) => fields.scope.map((value) => value.split(' ')[0]).join(' ') || 'All'],
  ['Applications', (fields: RuleFields) => fields.clients || 'Any'],
  ['Last day', (fields: RuleFields) => fields.until || 'No end'],
] as const;

/** What a rule says now, beside what somebody wanted it to say: of that alone what differs. */
export function RuleDifference({ yours, now }: { yours?: RuleFields; now: RuleFields }) {
  const all = WORDS.map(([title, of]) => ({ title, now: plain(of(now)), yours: yours && plain(of(yours)) }));
  const rows = yours ? all.filter((row) => row.now !== row.yours) : all;
  const text = (title: string, of: (row: (typeof rows)[number]) => string | undefined) => ({
    title,
    isLong: true,
    cell: (row: (typeof rows)[number]) => <bdi>{displayText(of(row) ?? '', Infinity)}</bdi>,
  });
  return (
    <Table
      caption={yours ? 'What differs' : 'What the rule says'}
      columns={[
        { title: 'Part', cell: ({ title }) => title },
        text('As it is now', (row) => row.now),
        ...(yours ? [text('As you have it', (row) => row.yours)] : []),
      ]}
      rows={rows}
      keyOf={({ title }) => title}
    />
  );
}

function plain(text: string): string {
  return text.replaceAll(/\r?\n/g, ', ');
}
