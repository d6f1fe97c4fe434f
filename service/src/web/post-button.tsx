import type { ComponentChildren } from 'preact';
import { Hidden } from './hidden.js';
import { href } from './href.js';

export interface PostButtonProps {
  action: string;
  csrf: string;
  fields: Record<string, string>;
  /** What it is about, where several read the same; a screen reader says it. */
  about?: string;
  /** `danger`: something ends by it. Default: neither. */
  kind?: 'main' | 'danger';
  children: ComponentChildren;
}

/** One button that changes something. */
export function PostButton({ action, csrf, fields, about, kind, children }: PostButtonProps) {
  const look = kind === undefined ? 'quiet small' : kind === 'danger' ? 'danger small' : 'small';
  return (
    <form method="post" action={href(action)}>
      <input type="hidden" name="csrf" value={csrf} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={look}>
        {children}
        <Hidden text={about} />
      </button>
    </form>
  );
}
