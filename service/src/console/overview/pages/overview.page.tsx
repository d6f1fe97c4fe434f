import { Fact } from 'nestjs-mcp-auth/service-kit';
import { counted } from '../../../web/counted.js';
import type { Frame } from '../../../web/frame.js';
import { framedPage } from '../../../web/framed.page.js';
import { href } from '../../../web/href.js';
import { Table } from '../../../web/table.js';
import { type Counts, METRICS, type Metric } from '../daily-counts.js';
import type { PartHealth } from '../service-health.js';
import { DayChart } from './day-chart.js';

export interface OverviewPageProps {
  frame: Frame;
  counts: Counts;
  parts: readonly PartHealth[];
  /** Applications that wait for approval. */
  waiting: number;
  /** MCP servers that are disabled. */
  disabled: number;
}

const TITLES: Readonly<Record<Metric, string>> = {
  'sign-ins': 'Sign-ins',
  people: 'Active people',
  connections: 'New connections',
  clients: 'Active applications',
  tokens: 'Tokens issued',
  refused: 'Tokens refused',
};

/** What happens, what waits, and what is wrong. */
export function overviewPage({ frame, counts, parts, waiting, disabled }: OverviewPageProps): string {
  return framedPage({
    frame,
    title: 'Overview',
    children: (
      <>
        <Attention parts={parts} waiting={waiting} disabled={disabled} />
        <section aria-labelledby="days">
          <h2 id="days">The last 30 days</h2>
          <div class="charts">
            {METRICS.map((metric) => (
              <DayChart
                key={metric}
                title={TITLES[metric]}
                days={counts.days}
                counts={counts.counts[metric]}
              />
            ))}
          </div>
          <details>
            <summary>The numbers</summary>
            <Table
              caption="The last 30 days"
              rows={counts.days.map((day, index) => ({ day, index })).toReversed()}
              keyOf={({ day }) => day}
              columns={[
                { title: 'Day (UTC)', cell: ({ day }) => day },
                ...METRICS.map((metric) => ({
                  title: TITLES[metric],
                  isNumber: true,
                  cell: ({ index }: { index: number }) => counts.counts[metric][index]?.toLocaleString('en'),
                })),
              ]}
            />
          </details>
          <p class="soft small">Counted from the audit, up to about a minute ago.</p>
        </section>
      </>
    ),
  });
}

function Attention({ parts, waiting, disabled }: Pick<OverviewPageProps, 'parts' | 'waiting' | 'disabled'>) {
  const ill = parts.filter(({ isWell }) => !isWell);
  return (
    <dl>
      <Fact name="Waiting">
        {waiting === 0 ? (
          'Nothing waits for you'
        ) : (
          <a href={href('/admin/access/applications')}>{counted(waiting, 'application')} for approval</a>
        )}
      </Fact>
      {disabled > 0 && (
        <Fact name="Disabled">
          <a href={href('/admin/servers')}>{counted(disabled, 'MCP server')}</a>
        </Fact>
      )}
      <Fact name="Health">
        {ill.length === 0
          ? `All is well: ${parts.map(({ name }) => name.toLowerCase()).join(', ')}`
          : ill.map(({ name, remedy }) => (
              <p key={name}>
                <span class="tag">{name}</span> {remedy}
              </p>
            ))}
      </Fact>
    </dl>
  );
}
