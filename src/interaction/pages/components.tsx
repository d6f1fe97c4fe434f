import type { ComponentChildren } from 'preact';

/** What stands at the top of a page: a lock, and whose page it is. */
export function Brand({ children }: { children: ComponentChildren }) {
  return (
    <p class="brand">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        <rect x="4" y="10.5" width="16" height="10" rx="2.5" />
        <path d="M8 10.5V7a4 4 0 0 1 8 0v3.5" stroke-linecap="round" />
      </svg>
      {children}
    </p>
  );
}

/** A message that a screen reader announces when the page opens. */
export function Problem({ children }: { children: ComponentChildren }) {
  return (
    <div class="note bad" role="alert" id="problem">
      {children}
    </div>
  );
}

export function Warning({ children }: { children: ComponentChildren }) {
  return <div class="note warn">{children}</div>;
}

/** One line of a list of facts. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
