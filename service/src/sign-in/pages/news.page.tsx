import { Brand, displayText, renderPage } from 'nestjs-mcp-auth/service-kit';

export interface NewsPageProps {
  csrf: string;
  /** What has happened to the account. */
  news: string;
  /** The authorization under way. */
  interaction?: string;
}

/** Tells somebody who has just signed in what has happened to their account, before they go on. */
export function newsPage({ csrf, news, interaction }: NewsPageProps): string {
  return renderPage({
    title: 'Your account has changed',
    body: (
      <>
        <Brand>Company sign-in</Brand>
        <h1>Your account has changed</h1>
        <p role="status">{displayText(news, Infinity)}</p>
        <form method="post" action="/sign-in/continue">
          <input type="hidden" name="csrf" value={csrf} />
          {interaction !== undefined && <input type="hidden" name="interaction" value={interaction} />}
          <div class="actions">
            <button type="submit">Continue</button>
          </div>
        </form>
      </>
    ),
  });
}
