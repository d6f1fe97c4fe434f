import type { ComponentChildren } from 'preact';

/** In place of a list that nothing is in: what that means, and in `children` what to do next. */
export function Empty({ sentence, children }: { sentence: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{sentence}</p>
      {children}
    </div>
  );
}
