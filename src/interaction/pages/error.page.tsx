import { displayText } from '../../oauth/display-text.js';
import { postedAnswer } from '../../oauth/authorization-response.js';
import { Brand, Contact, Fact, Host } from './components.js';
import { AnswerFields } from './form-post.page.js';
import { renderPage } from './render-page.js';

/** Characters; a message may quote what the request held. */
const LONGEST_MESSAGE = 500;

const NOTHING_HAPPENED =
  'Nothing was shared. You can close this page, and start again from the application you came from.';

export interface ErrorPageProps {
  title: string;
  message: string;
  /** What the person may do now. Default: nothing was shared, and they can start again. */
  closing?: string;
  /** The registered error code. */
  detail?: string;
  /** What finds this request in the log. */
  requestId?: string;
  /** Where the application waits for an answer, as an authorization response says it, and the host or scheme of that; only for a redirect URI of the client's. */
  back?: { url: string; host: string };
}

function WayBack({ url, host }: NonNullable<ErrorPageProps['back']>) {
  const posted = postedAnswer(url);
  const soft = <span class="soft">if that is where you came from: it will be told what went wrong.</span>;
  if (posted)
    return (
      <form method="post" action={posted.action}>
        <AnswerFields fields={posted.fields} />
        <div class="actions">
          <button type="submit" class="quiet">
            Return to <Host name={host} />
          </button>
        </div>
        <p>{soft}</p>
      </form>
    );
  return (
    <p>
      <a href={url} rel="noreferrer">
        Return to <Host name={host} />
      </a>{' '}
      {soft}
    </p>
  );
}

/** Tells a person that a request cannot go on. It goes nowhere by itself: whoever made the request is not trusted. */
export function errorPage({
  title,
  message,
  closing = NOTHING_HAPPENED,
  detail,
  requestId,
  back,
}: ErrorPageProps): string {
  return renderPage({
    title: `Error: ${title}`,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p role="alert">{displayText(message, LONGEST_MESSAGE)}</p>
        <p class="soft">{closing}</p>
        <Contact />
        {back && <WayBack {...back} />}
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
