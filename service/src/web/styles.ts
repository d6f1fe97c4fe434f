/** `styles.spec.ts` holds each pair to WCAG 2.2 AA, as the library's are. */
const COLOURS = `
:root {
  --danger: #b3261e; --danger-strong: #8f1c15; --on-danger: #ffffff;
  --good: #e8f6ed; --good-line: #86c39c; --good-text: #12512a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --danger: #ff9c93; --danger-strong: #ffb8b1; --on-danger: #3b0905;
    --good: #10271a; --good-line: #2e6a46; --good-text: #b9f0cb;
  }
}`;

const FRAME = `
.skip { position: absolute; left: 1rem; top: -6rem; z-index: 1; padding: .6rem 1rem; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.skip:focus { top: .75rem; color: var(--on-accent); }
.frame { max-width: 75rem; margin: 0 auto; padding: 0 1.25rem 3rem; }
.top { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding: 1rem 0; }
.top .brand { margin: 0; color: var(--text); }
.top .who { display: flex; gap: .9rem; align-items: center; min-width: 0; font-size: .925rem; color: var(--soft); }
.top .who bdi { overflow: hidden; max-width: 16rem; text-overflow: ellipsis; white-space: nowrap; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.columns > main { max-width: none; margin: 0; padding: 1.75rem; }
.columns > main:focus { outline: none; }
.menu { margin: 0; }
.menu > summary { display: block; width: auto; padding: .6rem 1rem; border: 1px solid var(--edge); border-radius: 10px; background: var(--card); color: var(--text); font-weight: 600; }
.menu > summary::before { content: "\\2630\\00a0\\00a0"; }
.menu nav { padding: .75rem 0; }
.menu p { margin: 1.1rem 0 .3rem; padding: 0 .75rem; color: var(--soft); font-size: .8125rem; font-weight: 600; }
.menu p:first-child { margin-top: 0; }
.menu ul { margin: 0; padding: 0; list-style: none; }
.menu li a { display: block; padding: .4rem .75rem; border-radius: 8px; color: var(--text); font-size: .95rem; font-weight: 600; text-decoration: none; }
.menu li a:hover { background: var(--hover); }
.menu li a[aria-current] { background: var(--tint); color: var(--accent-strong); box-shadow: inset 3px 0 var(--accent); }
@media (min-width: 60rem) {
  .columns { grid-template-columns: 11rem minmax(0, 1fr); gap: 2rem; align-items: start; }
  .columns > main { padding: 2rem 2.25rem 2.25rem; }
  .menu nav { padding: 0; }
  @supports selector(::details-content) {
    .menu > summary { display: none; }
    .menu::details-content { content-visibility: visible; block-size: auto; }
  }
}
@media (max-width: 30rem) {
  .frame { padding: 0 .75rem 2rem; }
  .columns > main { padding: 1.25rem 1.1rem 1.5rem; }
  .top .who bdi { display: none; }
}`;

const COPIES = `
.copyable { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; margin: .4rem 0; }
.copyable textarea {
  flex: 1 1 11rem; min-width: 0; padding: .45rem .7rem; border: 1px solid var(--line); border-radius: 10px; background: var(--code); color: inherit;
  font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; resize: none; field-sizing: content;
}
.copyable [role=status]:empty { display: none; }
.copyable [hidden] { display: none; }
dd .copyable { margin: 0; }
.server { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 12px; }
.server h3 { font-size: 1.05rem; overflow-wrap: anywhere; }
.server p { margin: .5rem 0; }
.server > .row { gap: .5rem; align-items: center; }
.server details { margin: .75rem 0 0; }
.client { margin-top: 1rem; }
.client h4 { margin: 0; font-size: .95rem; }
.client p { margin: 0; }`;

const PAGE = `
.page-head { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; justify-content: space-between; align-items: start; margin-bottom: 1.25rem; }
.page-head > div:first-child { flex: 1 1 18rem; min-width: 0; }
.page-head h1 { margin: 0; }
.page-head p { margin: .35rem 0 0; color: var(--soft); }
.page-head .row { margin: 0; }
.back { margin: 0 0 .5rem; font-size: .925rem; }
.done { margin: 0 0 1.25rem; padding: .7rem 1rem; border: 1px solid var(--good-line); border-radius: 10px; background: var(--good); color: var(--good-text); overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.row form { display: contents; }
h2 { font-size: 1.15rem; }
section > .head { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; justify-content: space-between; align-items: end; margin-top: 2rem; }
section > .head h2 { margin: 0; }
.columns > main > section:is(:last-child, :has(+ script)) > :last-child { margin-bottom: 0; }
td .tag, h1 .tag, h3 .tag, dd .tag { margin: 0; }
h1 .tag { vertical-align: .25em; letter-spacing: 0; }
.tag.bad { border-color: var(--bad-line); background: var(--bad); color: var(--bad-text); }
.tag.good { border-color: var(--good-line); background: var(--good); color: var(--good-text); }
main > form .field, main details .field, main section > form .field { max-width: 36rem; }
main details form { max-width: 36rem; }
.group { margin: 0 0 1rem; }
.group legend { margin-bottom: 1rem; font-size: 1.15rem; }
::file-selector-button { margin-right: .75rem; padding: .2rem .75rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); color: var(--text); font: inherit; font-size: .875rem; font-weight: 600; cursor: pointer; }
details form, h2 + form { margin-top: .9rem; }
.columns .actions > * { flex-grow: 0; }
.apart { margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
a.button.small, button.small { display: inline-flex; align-items: center; justify-content: center; min-height: 2.2rem; padding: .25rem .9rem; vertical-align: middle; }
a.button.main { border-color: transparent; background: var(--accent); color: var(--on-accent); }
a.button.main:hover { background: var(--accent-strong); color: var(--on-accent); }
button.danger { background: var(--danger); color: var(--on-danger); }
button.danger:hover { background: var(--danger-strong); }
button.quiet.danger, a.button.danger { border-color: var(--danger); background: transparent; color: var(--danger); }
button.quiet.danger:hover, a.button.danger:hover { background: var(--bad); color: var(--danger-strong); }
.logo { display: block; max-width: 100%; max-height: 6rem; padding: .5rem; border: 1px solid var(--line); border-radius: 10px; background: #ffffff; }
.ends { margin: 1rem 0 1.5rem; padding: .9rem 1.1rem .9rem 2.2rem; border: 1px solid var(--bad-line); border-radius: 12px; background: var(--bad); color: var(--bad-text); overflow-wrap: anywhere; }`;

const LISTS = `
.table { position: relative; margin: 1rem 0; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .925rem; }
caption { text-align: left; }
th { padding: .5rem 1rem .5rem 0; color: var(--soft); font-size: .85rem; font-weight: 600; text-align: left; vertical-align: bottom; }
thead a { color: inherit; text-decoration: none; white-space: nowrap; }
thead a:hover { text-decoration: underline; }
th[aria-sort] a { color: var(--text); }
tbody th { color: inherit; font-size: inherit; font-weight: inherit; }
td, tbody th { padding: .55rem 1rem .55rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td:last-child, th:last-child { padding-right: 0; }
td > :last-child { margin-bottom: 0; }
tbody th > code { overflow-wrap: normal; white-space: nowrap; }
.long { min-width: 11rem; overflow-wrap: anywhere; }
.end { text-align: right; font-variant-numeric: tabular-nums; }
table .act { padding-top: .2rem; padding-bottom: .2rem; text-align: right; }
.act .row { flex-wrap: nowrap; justify-content: end; gap: .5rem; }
table time, table .tag, table button { white-space: nowrap; }
tbody th a { font-weight: 600; }
.ticks { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; padding: 0 1rem .75rem 3rem; }
.ticks label { display: inline-flex; gap: .45rem; align-items: center; overflow-wrap: anywhere; cursor: pointer; }
.ticks input { flex: none; width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); cursor: inherit; }
td .aside, th .aside { display: block; color: var(--soft); font-size: .85rem; }
.filters { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .75rem; align-items: end; margin: 1.25rem 0 .5rem; }
.filters > div:first-of-type { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; }
.filters .field { margin: 0; }
.filters .field input, .filters .field select, .filters button { min-height: 2.5rem; padding: .4rem .75rem; }
.filters .row { min-height: 2.5rem; align-items: center; }
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; justify-content: space-between; align-items: center; margin-top: 1rem; }
.pages p { margin: 0; color: var(--soft); font-size: .925rem; }
.empty { margin: 1rem 0; padding: 2rem 1.25rem; border: 1px dashed var(--edge); border-radius: 12px; text-align: center; }
.empty p { color: var(--soft); }
.empty > :last-child { margin-bottom: 0; }
.dense table { font-size: .875rem; }
.dense td, .dense th { padding-right: .7rem; }
.dense td > code, .dense td > a > code { overflow-wrap: normal; white-space: nowrap; }
.dense .long { min-width: 6rem; }
.dense :not(.long) + .long { min-width: 10.5rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.5rem; margin: 1.25rem 0; }
.chart { min-width: 0; margin: 0; }
.chart figcaption { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; font-size: .925rem; }
.chart strong { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.chart svg { display: block; width: 100%; height: 4.5rem; margin: .4rem 0 .2rem; fill: var(--accent); }
.chart .base { stroke: var(--line); }
@media (max-width: 44rem) {
  .filters { grid-template-columns: minmax(0, 1fr); }
  .filters > div:first-of-type { grid-template-columns: repeat(auto-fit, minmax(min(8rem, 100%), 1fr)); }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td, tbody th { display: block; }
  tr { padding: .75rem 0; border-top: 1px solid var(--line); }
  table td, table .act, table tbody th { padding: .1rem 0; border: 0; text-align: left; overflow-wrap: anywhere; }
  .long, .dense .long, .dense :not(.long) + .long { min-width: 0; }
  td.end { text-align: left; }
  td[data-th]::before { content: attr(data-th) ": "; color: var(--soft); }
  td:empty { display: none; }
  .dense tbody th time::after { content: " UTC"; }
  table code, .dense td > code, .dense td > a > code { overflow-wrap: anywhere; white-space: normal; }
  .act .row { flex-wrap: wrap; justify-content: start; }
  td form, td > .button, td > button { margin-top: .4rem; }
  .ticks { padding-left: 1rem; }
}
@media (forced-colors: active) {
  .menu li a[aria-current] { outline: 2px solid Highlight; outline-offset: -2px; }
  .done, .empty, .ends, .menu > summary { border-color: CanvasText; }
  button.danger, a.button.danger { border-width: 3px; }
}
@media print { .menu, .top form, .filters, .pages { display: none; } }`;

/** What the pages of people who are signed in have after the library's style sheet: every page carries it, without its blanks. */
export const FRAME_STYLES = [COLOURS, FRAME, PAGE, COPIES, LISTS]
  .join('')
  .trim()
  .replaceAll(/\s*([{};])\s*|(?<=[\w-]:) (?!#)/g, '$1');
