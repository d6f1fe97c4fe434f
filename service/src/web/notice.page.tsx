import { Brand, displayText, Fact, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { PageLink } from './refusal.js';
import { href } from './href.js';

/** Characters. */
const LONGEST_MESSAGE = 1_000;

export interface NoticePageProps {
  title: string;
  message: string;
  /** A page of this service to go on to. */
  link?: PageLink;
  /** What finds this request in the log. */
  requestId?: string;
}

/** Says one thing. */
export function noticePage({ title, message, link, requestId }: NoticePageProps): string {
  return renderPage({
    title,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p role="status" class="soft">
          {displayText(message, LONGEST_MESSAGE)}
        </p>
        {link && (
          <p>
            <a class="button" href={href(link.path)}>
              {link.text}
            </a>
          </p>
        )}
        {requestId && (
          <dl>
            <Fact name="Request">
              <code>{requestId}</code>
            </Fact>
          </dl>
        )}
      </>
    ),
  });
}
