import { Brand } from './components.js';
import { renderPage } from './render-page.js';

export interface ErrorPageProps {
  title: string;
  message: string;
  /** The registered error code. */
  detail?: string;
}

/** Tells a person that a request cannot go on. It links nowhere: whoever made the request is not trusted. */
export function errorPage({ title, message, detail }: ErrorPageProps): string {
  return renderPage({
    title,
    body: (
      <>
        <Brand>Sign-in</Brand>
        <h1>{title}</h1>
        <p role="alert">{message}</p>
        <p class="soft small">
          Nothing was shared. You can close this page, and start again from the application you came from.
        </p>
        {detail && (
          <p class="soft small">
            Error code: <code>{detail}</code>
          </p>
        )}
      </>
    ),
  });
}
