import { Brand, displayText, Fact, renderPage } from '../../index.js';
import { connectCommands } from '../running/connect-commands.js';

export interface HomePageProps {
  csrf: string;
  account: { name: string; email: string };
  issuer: string;
  /** The example MCP server; null when it is off. */
  mcpUrl: string | null;
}

export function homePage({ csrf, account, issuer, mcpUrl }: HomePageProps): string {
  return renderPage({
    title: 'Signed in',
    wide: true,
    body: (
      <>
        <Brand>Company sign-in</Brand>
        <h1>Welcome, {displayText(account.name)}</h1>
        <dl>
          <Fact name="Signed in as">{displayText(account.email)}</Fact>
          <Fact name="Issuer">
            <code>{issuer}</code>
          </Fact>
          {mcpUrl && (
            <Fact name="MCP endpoint">
              <code>{mcpUrl}</code>
            </Fact>
          )}
        </dl>
        {mcpUrl && (
          <>
            <h2>Connect a client</h2>
            {connectCommands(mcpUrl).map(({ client, command }) => (
              <section key={client}>
                <p class="soft small">{client}</p>
                <pre>
                  <code>{command}</code>
                </pre>
              </section>
            ))}
          </>
        )}
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrf" value={csrf} />
          <div class="actions">
            <button type="submit" class="quiet">
              Sign out
            </button>
          </div>
        </form>
      </>
    ),
  });
}
