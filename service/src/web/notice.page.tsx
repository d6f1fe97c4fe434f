import { Brand, Contact, displayText, Fact, renderPage } from 'nestjs-mcp-auth/service-kit';
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
  /** Something did not work: it says whom to ask. Default false. */
  isRefusal?: boolean;
}

/** Says one thing. */
export function noticePage(props: NoticePageProps): string {
  const { title, message, link, requestId, isRefusal = false } = props;
  return renderPage({
    title,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p role="status" class="soft">
          {displayText(message, LONGEST_MESSAGE)}
        </p>
        {isRefusal && <Contact />}
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
