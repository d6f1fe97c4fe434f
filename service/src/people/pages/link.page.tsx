import { CopyScript } from '../../web/copy-script.js';
import { Copyable } from '../../web/copyable.js';
import { EmailText } from '../../web/email-text.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import type { PageLink } from '../../web/refusal.js';

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

/** A link, shown this once. Send it with `COPY_PAGE_HEADERS`. */
export function linkPage({ frame, title, email, link, words, back }: LinkPageProps): string {
  return framedPage({
    frame,
    title,
    lead: (
      <>
        Send this link to <EmailText email={email} />, and to nobody else. It is not shown again.
      </>
    ),
    back,
    children: (
      <>
        <Copyable name="The link" text={link} />
        <p class="soft small">{words}</p>
        <CopyScript />
      </>
    ),
  });
}
