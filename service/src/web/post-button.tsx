import type { ComponentChildren } from 'preact';
import { href } from './href.js';

export interface PostButtonProps {
  action: string;
  csrf: string;
  fields: Record<string, string>;
  children: ComponentChildren;
}

/** One button that changes something. */
export function PostButton({ action, csrf, fields, children }: PostButtonProps) {
  return (
    <form method="post" action={href(action)}>
      <input type="hidden" name="csrf" value={csrf} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="quiet small">
        {children}
      </button>
    </form>
  );
}
