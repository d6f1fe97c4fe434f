import { Brand, type Connection, displayText, Fact, renderPage } from '../../index.js';
import { Connections } from './connections.js';
import { ProviderForm } from './provider-form.js';
import { connectCommands } from '../running/connect-commands.js';

export interface HomePageProps {
  csrf: string;
  account: { name: string; email: string };
  issuer: string;
  /** The example MCP server; null when it is off. */
  mcpUrl: string | null;
  /** Default: none. */
  connections?: readonly Connection[];
  /** Whether the person may look at the service's rules. Default false. */
  administers?: boolean;
  /** Whether the example server is everybody's. Default false. */
  exampleOpen?: boolean;
  /** Identity providers that the account is not connected with. Default: none. */
  providers?: readonly { id: string; name: string }[];
}

export function homePage({
  csrf,
  account,
  issuer,
  mcpUrl,
  connections = [],
  administers,
  exampleOpen,
  providers = [],
}: HomePageProps): string {
  return renderPage({
    title: 'Signed in',
    wide: mcpUrl !== null,
    body: (
      <>
        <div class="head">
          <Brand>Company sign-in</Brand>
          <form method="post" action="/sign-out">
            <input type="hidden" name="csrf" value={csrf} />
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </div>
        <h1>Welcome, {displayText(account.name)}</h1>
        <dl>
          <Fact name="Signed in as">
            <bdi>{displayText(account.email)}</bdi>
          </Fact>
          <Fact name="Issuer">
            <code>{issuer}</code>
          </Fact>
          {mcpUrl && (
            <Fact name="MCP endpoint">
              <code>{mcpUrl}</code>
              {exampleOpen && <span class="aside">An example, open to everyone who can sign in here.</span>}
            </Fact>
          )}
        </dl>
        {administers && (
          <p>
            <a href="/admin/access">Who may do what</a> · <a href="/admin/audit">What has happened</a>
          </p>
        )}
        {providers.map(({ id, name }) => (
          <ProviderForm key={id} id={id} csrf={csrf} connect>
            Connect {displayText(name)}
          </ProviderForm>
        ))}
        {connections.length > 0 && <Connections connections={connections} csrf={csrf} />}
        {mcpUrl && <Clients mcpUrl={mcpUrl} />}
      </>
    ),
  });
}

function Clients({ mcpUrl }: { mcpUrl: string }) {
  return (
    <section aria-labelledby="clients">
      <h2 id="clients">Connect a client</h2>
      <p class="soft small">
        Add the server to your client. It then opens your browser, and you decide what it may do.
      </p>
      {connectCommands(mcpUrl).map(({ client, command, where, link }) => (
        <section class="client" key={client} aria-label={client}>
          <header>
            <h3>{client}</h3>
            {(where || link) && (
              <span class="small soft">
                {where}
                {where && link && ' · '}
                {link && <a href={link}>Add to {client}</a>}
              </span>
            )}
          </header>
          <pre>
            <code>{command}</code>
          </pre>
        </section>
      ))}
    </section>
  );
}
