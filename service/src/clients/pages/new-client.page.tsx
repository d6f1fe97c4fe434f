import type { ComponentChildren } from 'preact';
import type { Frame } from '../../web/frame.js';
import { OnceField } from '../../people/pages/once-field.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { TO_CLIENTS } from '../client-administration.js';

export interface NewClientPageProps {
  frame: Frame;
  title: string;
  /** What such a client is for. */
  lead: string;
  /** Where the form goes. */
  action: string;
  /** What the button does, in its words. */
  button: string;
  problem?: string;
  /** The fields. */
  children: ComponentChildren;
}

/** A form that makes a client. */
export function newClientPage(props: NewClientPageProps): string {
  const { frame, title, lead, action, button, problem, children } = props;
  return framedPage({
    frame,
    title,
    lead,
    back: TO_CLIENTS,
    problem,
    children: (
      <form method="post" action={href(action)}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <OnceField />
        {children}
        <div class="actions">
          <button type="submit">{button}</button>
        </div>
      </form>
    ),
  });
}
