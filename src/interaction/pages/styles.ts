/** The one style sheet of every page, in the page itself: nothing is fetched. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f7; --card: #fff; --line: #d9dce4; --text: #14171f; --soft: #555c6b; --field: #fff;
  --accent: #2456d6; --accent-strong: #1b46b4; --on-accent: #fff; --quiet: #eef1f6;
  --warn-ground: #fff6e0; --warn-line: #e2b94a; --warn-text: #5b4206;
  --bad-ground: #fdecec; --bad-line: #e39a9a; --bad-text: #7d1616; --ring: #2456d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1115; --card: #181b22; --line: #2e333e; --text: #eceef3; --soft: #a3aabb; --field: #11141a;
    --accent: #7ba2ff; --accent-strong: #97b6ff; --on-accent: #0c1530; --quiet: #21252e;
    --warn-ground: #2c2410; --warn-line: #7a6120; --warn-text: #f3dc9d;
    --bad-ground: #331719; --bad-line: #8a3b3f; --bad-text: #ffc9c9; --ring: #a9c2ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column;
  background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { flex: 1; width: 100%; max-width: 30rem; margin: 0 auto; padding: 8vh 1.25rem 2rem; }
main.wide { max-width: 42rem; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 2rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px -18px rgb(0 0 0 / .25);
}
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; color: var(--soft); font-size: .9rem; font-weight: 600; }
.brand svg { width: 1.4rem; height: 1.4rem; color: var(--accent); flex: none; }
h1 { margin: 0 0 .5rem; font-size: 1.45rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: .95rem; }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
strong, code, dd { overflow-wrap: anywhere; }
code { font: .875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0 0 .75rem; padding: .75rem .9rem; background: var(--quiet); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { margin: 1.25rem 0; padding: .25rem 1rem; border: 1px solid var(--line); border-radius: 10px; }
dl > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: .25rem 1rem; padding: .65rem 0; }
dl > div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); font-size: .875rem; line-height: 1.7; }
dd { margin: 0; }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin: 0 0 .35rem; font-weight: 600; }
.scope { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; padding: .6rem 0; cursor: pointer; align-items: start; }
.scope + .scope { border-top: 1px solid var(--line); }
.scope input { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; accent-color: var(--accent); }
.scope code { display: block; color: var(--soft); }
label.field { display: block; margin: 0 0 1rem; font-weight: 600; font-size: .925rem; }
label.field input {
  display: block; width: 100%; margin-top: .35rem; padding: .7rem .8rem; font: inherit; font-weight: 400;
  color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: 9px;
}
label.field .hint { display: block; margin-top: .3rem; font-weight: 400; font-size: .85rem; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
button {
  flex: 1 1 9rem; padding: .75rem 1rem; font: inherit; font-weight: 600; border-radius: 9px; cursor: pointer;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent);
}
button:hover { background: var(--accent-strong); }
button.quiet { background: transparent; color: var(--text); border-color: var(--line); }
button.quiet:hover { background: var(--quiet); }
a { color: var(--accent); text-underline-offset: .15em; }
.note { margin: 0 0 1.25rem; padding: .8rem 1rem; border: 1px solid; border-radius: 10px; font-size: .925rem; }
.note.warn { background: var(--warn-ground); border-color: var(--warn-line); color: var(--warn-text); }
.note.bad { background: var(--bad-ground); border-color: var(--bad-line); color: var(--bad-text); }
.note p:last-child { margin: 0; }
details { margin: 0 0 1.25rem; }
summary { cursor: pointer; color: var(--soft); font-size: .925rem; }
details[open] summary { margin-bottom: .5rem; }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }
.below { margin: 1.25rem 0 0; text-align: center; color: var(--soft); font-size: .875rem; }
@media (max-width: 30rem) {
  main { padding: 1rem .75rem; }
  .card { padding: 1.35rem 1.15rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
}
@media (forced-colors: active) { .card, .note, button { border-color: CanvasText; } }
`;
