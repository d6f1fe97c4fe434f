import { Brand, displayText, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { PageLink } from '../../web/refusal.js';
import { href } from '../../web/href.js';

export interface LinkPageProps {
  title: string;
  /** Whom it is for. */
  email: string;
  link: string;
  /** How long it works, and what for. */
  words: string;
  back: PageLink;
}

/** A link, shown this once. */
export function linkPage({ title, email, link, words, back }: LinkPageProps): string {
  return renderPage({
    title,
    wide: true,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p>
          Send this link to <bdi>{displayText(email)}</bdi>, and to nobody else. It is not shown again.
        </p>
        <pre>
          <code>{link}</code>
        </pre>
        <p class="soft small">{words}</p>
        <p>
          <a class="button" href={href(back.path)}>
            {back.text}
          </a>
        </p>
      </>
    ),
  });
}
