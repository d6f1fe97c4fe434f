import { Fact } from 'nestjs-mcp-auth/service-kit';
import { counted } from '../../../web/counted.js';
import type { Frame } from '../../../web/frame.js';
import { framedPage } from '../../../web/framed.page.js';
import { href } from '../../../web/href.js';
import { Table } from '../../../web/table.js';
import type { Attention } from '../attention.js';
import { type Counts, METRICS, type Metric } from '../daily-counts.js';
import { AttentionList } from './attention-list.js';
import { DayChart, type DayChartProps } from './day-chart.js';

export interface OverviewPageProps {
  frame: Frame;
  attention: Attention;
  /** Connections at the moment, and whose they are. */
  live: { grants: number; people: number | null };
  counts: Counts;
}

const SHOWN: Readonly<Record<Metric, Pick<DayChartProps, 'title' | 'says'>>> = {
  'sign-ins': { title: 'Sign-ins', says: 'sum' },
  people: { title: 'Active people', says: 'today' },
  connections: { title: 'New connections', says: 'sum' },
  clients: { title: 'Active applications', says: 'today' },
  tokens: { title: 'Tokens issued', says: 'sum' },
  refused: { title: 'Tokens refused', says: 'sum' },
};

/** What happens, what waits, and what is wrong. */
export function overviewPage({ frame, attention, live, counts }: OverviewPageProps): string {
  return framedPage({
    frame,
    title: 'Overview',
    lead: 'What waits for you, whether the service is well, and how it is used.',
    children: (
      <>
        <AttentionList {...attention}>
          <Fact name="Connected">
            <a href={href('/admin/connections')}>{liveText(live)}</a>
            <span class="aside">An application that may act for a person on one MCP server.</span>
          </Fact>
        </AttentionList>
        <section aria-labelledby="days">
          <h2 id="days">The last 30 days</h2>
          {isQuiet(counts) && (
            <p class="soft">Nothing has happened yet. What happens shows here within about a minute.</p>
          )}
          <div class="charts">
            {METRICS.map((metric) => (
              <DayChart key={metric} {...SHOWN[metric]} days={counts.days} counts={counts.counts[metric]} />
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
                  title: SHOWN[metric].title,
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

function liveText({ grants, people }: OverviewPageProps['live']): string {
  if (grants === 0) return 'No connections at the moment';
  // Beyond the limit nobody has counted the people.
  const of = people === null ? '' : ` of ${counted(people, 'person', 'people')}`;
  return counted(grants, 'connection') + of;
}

function isQuiet({ counts }: Counts): boolean {
  return METRICS.every((metric) => counts[metric].every((count) => count === 0));
}
