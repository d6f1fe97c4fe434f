import type { ComponentChildren } from 'preact';
import type { Frame } from './frame.js';
import { framedPage } from './framed.page.js';
import { href } from './href.js';
import { PostButton } from './post-button.js';
import type { PageLink } from './refusal.js';

export interface ConfirmationPageProps {
  frame: Frame;
  /** The question, such as `Block “Claude Code”?`. */
  title: string;
  /** What ends by it, a sentence each, with numbers. */
  ends: readonly ComponentChildren[];
  /** What else there is to know. */
  children?: ComponentChildren;
  /** Where the button sends the form: the address of this page, with its query, to which a sign-in that is asked for leads back. */
  action: string;
  fields?: Record<string, string>;
  /** What the button does, in its words. */
  button: string;
  /** Where nothing is done. */
  back: PageLink;
}

/** Names what will end before it does; its route has `@FreshSignIn()`. */
export function confirmationPage(props: ConfirmationPageProps): string {
  const { frame, title, ends, children, action, fields = {}, button, back } = props;
  return framedPage({
    frame,
    title,
    back,
    children: (
      <>
        <ul class="ends">
          {ends.map((sentence, index) => (
            <li key={index}>{sentence}</li>
          ))}
        </ul>
        {children}
        <div class="row">
          <PostButton action={action} csrf={frame.csrf} fields={fields} kind="danger">
            {button}
          </PostButton>
          <a class="button small" href={href(back.path)}>
            Leave it as it is
          </a>
        </div>
      </>
    ),
  });
}
