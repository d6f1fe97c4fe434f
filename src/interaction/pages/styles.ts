/** Light and dark; `pages.spec.ts` holds each pair that carries text or marks a control to WCAG 2.2 AA. */
const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f8; --card: #ffffff; --line: #e1e4eb; --edge: #808798; --text: #151821; --soft: #555c6c;
  --field: #ffffff; --hover: #f0f2f7; --code: #f4f5f9; --accent: #1f54cf; --accent-strong: #1844ae;
  --on-accent: #ffffff; --tint: #e8eefc; --ring: #1f54cf;
  --warn: #fff7e3; --warn-line: #e3c26a; --warn-text: #573f05;
  --bad: #fdeeee; --bad-line: #dd9a9a; --bad-text: #7a1515;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d0f14; --card: #161920; --line: #2a2f3a; --edge: #757e92; --text: #eceef4; --soft: #a5adbe;
    --field: #0f1218; --hover: #1f232d; --code: #0f1218; --accent: #8aadff; --accent-strong: #a6c0ff;
    --on-accent: #0b1430; --tint: #1d2942; --ring: #a9c2ff;
    --warn: #2a2211; --warn-line: #6b5520; --warn-text: #f2dca0;
    --bad: #301619; --bad-line: #84393e; --bad-text: #ffcccc;
  }
  .brand img { padding: .2rem .35rem; background: #ffffff; }
}`;

const GROUND = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; background: var(--ground); color: var(--text);
  font: 1rem/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
main { width: 100%; max-width: 31rem; margin: 0 auto; padding: clamp(1rem, 7vh, 5rem) 1.25rem 3rem; }
main.wide { max-width: 53rem; }
.card {
  padding: 2.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 16px;
  box-shadow: 0 1px 2px rgb(16 24 40 / .04), 0 16px 40px -24px rgb(16 24 40 / .28);
}
.card > :last-child, .card > form > :last-child { margin-bottom: 0; }
.brand { display: flex; align-items: center; gap: .7rem; margin: 0 0 1.5rem; color: var(--soft); font-size: .925rem; font-weight: 600; overflow-wrap: anywhere; }
.brand svg { flex: none; width: 2.25rem; height: 2.25rem; padding: .5rem; border-radius: 10px; background: var(--tint); color: var(--accent); }
.brand img { flex: none; height: 2.25rem; max-width: 9rem; object-fit: contain; border-radius: 6px; }
footer { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; justify-content: center; padding: 0 1.25rem 2rem; font-size: .875rem; }
footer a { padding: .25rem 0; color: var(--soft); }
h1 { margin: 0 0 .6rem; font-size: 1.55rem; line-height: 1.25; letter-spacing: -.015em; font-weight: 650; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .25rem; font-size: 1.05rem; }
h3 { margin: 0; font-size: .95rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; text-wrap: pretty; }
.soft { color: var(--soft); }
.soft strong { color: var(--text); }
.small { font-size: .875rem; }
code { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
pre {
  margin: .5rem 0 0; padding: .75rem .9rem; background: var(--code); border: 1px solid var(--line); border-radius: 10px;
  font-size: .9375rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
pre + p { margin-top: .75rem; }
pre code { display: block; user-select: all; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }`;

const FACTS = `
dl { margin: 1.25rem 0; border: 1px solid var(--line); border-radius: 12px; }
dl > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 1rem; padding: .6rem 1rem; }
dl > div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); font-size: .875rem; line-height: 1.5rem; }
dd { margin: 0; line-height: 1.5rem; overflow-wrap: anywhere; }
.tag.plain { border-color: var(--line); background: var(--hover); color: var(--text); }
dd .aside { display: block; line-height: 1.45; color: var(--soft); font-size: .875rem; }
.tag { display: inline-block; margin-bottom: .2rem; line-height: 1.4; padding: .05rem .5rem; border: 1px solid var(--warn-line); border-radius: 99px; background: var(--warn); color: var(--warn-text); font-size: .8125rem; font-weight: 600; }
.note { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .75rem; margin: 1.25rem 0; padding: .85rem 1rem; border: 1px solid; border-radius: 12px; font-size: .925rem; }
.note svg { width: 1.25rem; height: 1.25rem; margin-top: .1rem; }
.note p { margin: 0; }
.note.warn { background: var(--warn); border-color: var(--warn-line); color: var(--warn-text); }
.note.bad { background: var(--bad); border-color: var(--bad-line); color: var(--bad-text); }`;

const FORMS = `
fieldset { min-width: 0; margin: 1.5rem 0; padding: 0; border: 0; }
legend { margin: 0 0 .5rem; padding: 0; font-weight: 600; }
.scopes { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 12px; overflow: clip; }
.scopes li + li { border-top: 1px solid var(--line); }
.scope { display: grid; grid-template-columns: 1.2rem minmax(0, 1fr); gap: 0 .8rem; align-items: start; padding: .6rem 1rem; overflow-wrap: anywhere; }
label.scope { cursor: pointer; }
label.scope:hover { background: var(--hover); }
.scope input { width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; accent-color: var(--accent); cursor: inherit; }
.scope svg { width: 1.2rem; height: 1.2rem; margin-top: .15rem; color: var(--soft); }
.scope code, .scope .aside { display: block; color: var(--soft); font-size: .8125rem; }
.user-code { font: 650 1.05em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; letter-spacing: .08em; white-space: nowrap; }
.field input.user-code { font-size: 1.35rem; letter-spacing: .18em; text-transform: uppercase; }
.field { margin: 0 0 1.15rem; }
.field label { display: block; margin: 0 0 .4rem; font-weight: 600; font-size: .925rem; }
.field input, .field select, .field textarea {
  display: block; width: 100%; min-height: 2.9rem; padding: .6rem .8rem; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--edge); border-radius: 10px;
}
.field input:focus-visible, .field select:focus-visible, .field textarea:focus-visible { outline-offset: 0; border-color: transparent; }
.field input[readonly] { background: transparent; border-color: var(--line); }
.hint { margin: .35rem 0 0; font-size: .85rem; color: var(--soft); }
fieldset > .hint { margin: 0 0 .5rem; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.75rem; }
.actions > * { flex: 1 1 auto; max-width: 100%; }
button {
  min-height: 2.9rem; padding: .6rem 1.25rem; font: inherit; font-weight: 600; border-radius: 10px; cursor: pointer;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent); overflow-wrap: anywhere;
  transition: background-color .12s;
}
a.button {
  display: inline-block; min-height: 2.9rem; padding: .6rem 1.25rem; border: 1px solid var(--edge); border-radius: 10px;
  color: var(--text); font-weight: 600; text-align: center; text-decoration: none;
}
a.button:hover { background: var(--hover); color: var(--text); }
button:hover { background: var(--accent-strong); }
button.quiet { background: transparent; color: var(--text); border-color: var(--edge); }
button.quiet:hover { background: var(--hover); }
button.small { min-height: 2.2rem; padding: .25rem .9rem; }
details { margin: 1.25rem 0; }
summary { width: fit-content; border-radius: 4px; color: var(--soft); font-size: .925rem; cursor: pointer; }
summary:hover { color: var(--text); }
details fieldset { margin: .75rem 0 0; }
.or { display: flex; align-items: center; gap: .75rem; margin: 1.5rem 0; color: var(--soft); font-size: .875rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.provider .actions { margin-top: .75rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; }`;

const ADAPTS = `
@media (max-width: 30rem) {
  main { padding: .75rem .75rem 2rem; }
  .card { padding: 1.5rem 1.25rem; }
  h1 { font-size: 1.4rem; }
  dl > div { grid-template-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) {
  .card, .note, .tag, button, a.button, pre { border-color: CanvasText; }
  .brand svg, .note svg, .scope svg { color: CanvasText; }
}
@media print { .card { border: 0; box-shadow: none; } }`;

/** The one style sheet of every page, in the page itself: nothing is fetched. */
export const STYLES = [COLOURS, GROUND, FACTS, FORMS, ADAPTS].join('').trim();
