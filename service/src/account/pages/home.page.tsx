import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from '../../web/frame.js';
import type { Viewer } from '../../web/viewer.js';
import { connectCommands } from '../../operations/connect-commands.js';
import { framedPage } from '../../web/framed.page.js';

export interface HomePageProps {
  frame: Frame;
  viewer: Pick<Viewer, 'name' | 'email'>;
  issuer: string;
  /** The example MCP server; null when it is off. */
  mcpUrl: string | null;
  /** Whether the example server is everybody's. Default false. */
  exampleOpen?: boolean;
}

export function homePage({ frame, viewer, issuer, mcpUrl, exampleOpen }: HomePageProps): string {
  return framedPage({
    frame,
    title: 'Signed in',
    heading: (
      <>
        Welcome, <bdi>{displayText(viewer.name)}</bdi>
      </>
    ),
    children: (
      <>
        <dl>
          <Fact name="Signed in as">
            <bdi>{displayText(viewer.email)}</bdi>
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
