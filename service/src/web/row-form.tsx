import type { ComponentChildren } from 'preact';
import { Hidden } from './hidden.js';
import { href } from './href.js';

export interface RowFormProps {
  /** Default: there is no form, and the rows have no buttons. */
  action?: string;
  csrf: string;
  /** A table, with a `RowButton` in each row. */
  children: ComponentChildren;
}

/** One form for all rows of a list: a form in each would weigh more than what the row says. */
export function RowForm({ action, csrf, children }: RowFormProps) {
  if (action === undefined) return <>{children}</>;
  return (
    <form method="post" action={href(action)}>
      <input type="hidden" name="csrf" value={csrf} />
      {children}
    </form>
  );
}

export interface RowButtonProps {
  /** What the form says of the row. */
  name: string;
  value: string;
  /** What it is about; a screen reader says it. */
  about: string;
  children: ComponentChildren;
}

/** Sends the form for this row. */
export function RowButton({ name, value, about, children }: RowButtonProps) {
  return (
    <button type="submit" name={name} value={value} class="quiet small">
      {children}
      <Hidden text={about} />
    </button>
  );
}
