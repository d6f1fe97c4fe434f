export interface DayChartProps {
  title: string;
  /** What stands beside the title: the sum of the days, or where the same ones are counted on each, those of today. */
  says: 'sum' | 'today';
  /** The oldest first. */
  days: readonly string[];
  /** Of each day. */
  counts: readonly number[];
}

const WIDTH = 300;
const HEIGHT = 72;
/** Of a bar, of the width that a day has. */
const BAR = 0.7;

/** A bar for each day. The numbers stand in a table beside it: a screen reader hears the sum alone. */
export function DayChart({ title, says, days, counts }: DayChartProps) {
  const most = Math.max(1, ...counts);
  const sum = counts.reduce((total, count) => total + count, 0);
  const step = WIDTH / counts.length;
  const said = says === 'sum' ? sum : (counts.at(-1) ?? 0);
  return (
    <figure class="chart">
      <figcaption>
        {title} <strong>{said.toLocaleString('en')}</strong>
        <span class="soft small">{says === 'sum' ? 'in 30 days' : 'today'}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} class="base" />
        {counts.map((count, index) => {
          const height = count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 4));
          return (
            <rect
              key={days[index]}
              x={(index * step + (step * (1 - BAR)) / 2).toFixed(1)}
              y={(HEIGHT - height).toFixed(1)}
              width={(step * BAR).toFixed(1)}
              height={height.toFixed(1)}
            >
              <title>{`${days[index]}: ${count.toLocaleString('en')}`}</title>
            </rect>
          );
        })}
      </svg>
      <span class="soft small">Most in a day: {Math.max(0, ...counts).toLocaleString('en')}</span>
    </figure>
  );
}
