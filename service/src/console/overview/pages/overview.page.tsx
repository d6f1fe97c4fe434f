import type { Frame } from '../../../web/frame.js';
import { framedPage } from '../../../web/framed.page.js';
import { Table } from '../../../web/table.js';
import type { Attention } from '../attention.js';
import { type Counts, METRICS, type Metric } from '../daily-counts.js';
import { AttentionList } from './attention-list.js';
import { DayChart } from './day-chart.js';

export interface OverviewPageProps {
  frame: Frame;
  attention: Attention;
  counts: Counts;
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
export function overviewPage({ frame, attention, counts }: OverviewPageProps): string {
  return framedPage({
    frame,
    title: 'Overview',
    children: (
      <>
        <AttentionList {...attention} />
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
