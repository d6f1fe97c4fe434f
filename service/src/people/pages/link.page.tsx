import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import type { PageLink } from '../../web/refusal.js';
import { href } from '../../web/href.js';

export interface LinkPageProps {
  frame: Frame;
  title: string;
  /** Whom it is for. */
  email: string;
  link: string;
  /** How long it works, and what for. */
  words: string;
  back: PageLink;
}

/** A link, shown this once. */
export function linkPage({ frame, title, email, link, words, back }: LinkPageProps): string {
  return framedPage({
    frame,
    title,
    lead: (
      <>
        Send this link to <bdi>{displayText(email)}</bdi>, and to nobody else. It is not shown again.
      </>
    ),
    children: (
      <>
        <pre>
          <code>{link}</code>
        </pre>
        <p class="soft small">{words}</p>
        <p>
          <a class="button small" href={href(back.path)}>
            {back.text}
          </a>
        </p>
      </>
    ),
  });
}
