import type { ComponentChildren } from 'preact';
import { Hidden } from './hidden.js';
import { href } from './href.js';

export interface ButtonLinkProps {
  /** Within the service. */
  to: string;
  /** `main`: what the page is for. `danger`: leads to a page that names what will end. Default: neither. */
  kind?: 'main' | 'danger';
  /** What it is about, where several read the same; a screen reader says it. */
  about?: string;
  children: ComponentChildren;
}

/** A link that looks like a button: it leads to a form, or to a question, and changes nothing. */
export function ButtonLink({ to, kind, about, children }: ButtonLinkProps) {
  return (
    <a class={['button', 'small', kind].filter(Boolean).join(' ')} href={href(to)}>
      {children}
      <Hidden text={about} />
    </a>
  );
}
