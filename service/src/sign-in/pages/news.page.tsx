import { Brand, displayText, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { Destination } from '../destination.js';
import { DestinationFields } from './destination-fields.js';
import { href } from '../../web/href.js';

export interface NewsPageProps extends Destination {
  csrf: string;
  /** What has happened to the account. */
  news: string;
}

/** Tells somebody who has just signed in what has happened to their account, before they go on. */
export function newsPage({ csrf, news, ...destination }: NewsPageProps): string {
  return renderPage({
    title: 'Your account has changed',
    body: (
      <>
        <Brand />
        <h1>Your account has changed</h1>
        <p role="status">{displayText(news, Infinity)}</p>
        <form method="post" action={href('/sign-in/continue')}>
          <input type="hidden" name="csrf" value={csrf} />
          <DestinationFields {...destination} />
          <div class="actions">
            <button type="submit">Continue</button>
          </div>
        </form>
      </>
    ),
  });
}
