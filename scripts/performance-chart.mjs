// Draws docs/images/performance.svg from the table of docs/performance.md whose rows are compared with oidc-provider.
//   node scripts/performance-chart.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const LEFT = 240;
const SCALE = 380;
const ROW = 54;
const TOP = 56;
const BARS = [
  { column: '÷ oidc-provider', colour: '#2f6f9f', name: 'nestjs-mcp-auth' },
  { column: 'floor ÷ oidc-provider', colour: '#9aa7b0', name: 'floor: nothing is checked' },
  { column: 'bare ÷ oidc-provider', colour: '#c9d1d9', name: 'the same without Nest and Express' },
];

const lines = readFileSync('docs/performance.md', 'utf8').split('\n');
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const head = lines.findIndex((line) => line.startsWith('|') && cells(line).includes(BARS[1].column));
if (head < 0) throw new Error('docs/performance.md has no table with oidc-provider and the floor.');
const columns = cells(lines[head]);
const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
const rows = lines.slice(head + 2, end).map((line) => {
  const values = cells(line);
  return { request: values[0], ratios: BARS.map(({ column }) => Number(values[columns.indexOf(column)])) };
});

const height = TOP + rows.length * ROW + 24;
const one = LEFT + SCALE;
const text = (x, y, content, more = '') => `  <text x="${x}" y="${y}" ${more}>${content}</text>`;
const bar = (ratio, index, y) => {
  if (Number.isNaN(ratio)) return [];
  const top = y + index * 14;
  return [
    `  <rect x="${LEFT}" y="${top}" width="${(ratio * SCALE).toFixed(0)}" height="11" rx="2" fill="${BARS[index].colour}"/>`,
    text((LEFT + ratio * SCALE + 6).toFixed(1), top + 10, ratio.toFixed(2), 'font-size="11"'),
  ];
};
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#24292f" role="img" aria-label="CPU of a request beside oidc-provider, which is 1">`,
  `  <rect width="700" height="${height}" fill="#ffffff"/>`,
  ...BARS.flatMap(({ colour, name }, index) => [
    `  <rect x="${20 + index * 200}" y="14" width="11" height="11" rx="2" fill="${colour}"/>`,
    text(20 + index * 200 + 17, 24, name),
  ]),
  `  <line x1="${one}" y1="${TOP - 14}" x2="${one}" y2="${height - 16}" stroke="#6e7781" stroke-dasharray="4 3"/>`,
  text(one, TOP - 18, 'oidc-provider', 'text-anchor="middle" font-size="11"'),
  ...rows.flatMap(({ request, ratios }, row) => {
    const y = TOP + row * ROW;
    return [
      text(LEFT - 10, y + 24, request, 'text-anchor="end"'),
      ...ratios.flatMap((ratio, index) => bar(ratio, index, y)),
    ];
  }),
  '</svg>',
];
writeFileSync('docs/images/performance.svg', `${svg.join('\n')}\n`);
