import { displayText } from '../../oauth/display-text.js';
import { Brand, Fact } from './components.js';
import { renderPage } from './render-page.js';

/** Characters; a message may quote what the request held. */
const LONGEST_MESSAGE = 500;

export interface ErrorPageProps {
  title: string;
  message: string;
  /** The registered error code. */
  detail?: string;
  /** What finds this request in the log. */
  requestId?: string;
}

/** Tells a person that a request cannot go on. It links nowhere: whoever made the request is not trusted. */
export function errorPage({ title, message, detail, requestId }: ErrorPageProps): string {
  return renderPage({
    title: `Error: ${title}`,
    body: (
      <>
        <Brand>Sign-in</Brand>
        <h1>{title}</h1>
        <p role="alert">{displayText(message, LONGEST_MESSAGE)}</p>
        <p class="soft">
          Nothing was shared. You can close this page, and start again from the application you came from.
        </p>
        {(detail || requestId) && (
          <dl>
            {detail && (
              <Fact name="Error code">
                <code>{detail}</code>
              </Fact>
            )}
            {requestId && (
              <Fact name="Request">
                <code>{requestId}</code>
              </Fact>
            )}
          </dl>
        )}
      </>
    ),
  });
}
