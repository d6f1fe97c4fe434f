import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from '../../web/frame.js';
import type { Viewer } from '../../web/viewer.js';
import { framedPage } from '../../web/framed.page.js';
import { UsableServer, type UsableServerProps } from './usable-server.js';

export interface HomePageProps {
  frame: Frame;
  viewer: Pick<Viewer, 'name' | 'email'>;
  issuer: string;
  /** Those that the person may use. */
  servers: readonly Omit<UsableServerProps, 'isOpen'>[];
  /** The example server while it is everybody's; else null. */
  openExample: string | null;
}

/** The servers that somebody may use, and how to connect a client to each. */
export function homePage({ frame, viewer, issuer, servers, openExample }: HomePageProps): string {
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
          {openExample !== null && (
            <Fact name="Example">
              <code>{openExample}</code>
              <span class="aside">An example, open to everyone who can sign in here.</span>
            </Fact>
          )}
        </dl>
        <section aria-labelledby="servers">
          <h2 id="servers">Your MCP servers</h2>
          <p class="soft small">
            {servers.length === 0
              ? 'You may use none yet. Ask an administrator which ones you need.'
              : 'Add a server to your client. It then opens your browser, and you decide what it may do.'}
          </p>
          {servers.map((server) => (
            <UsableServer key={server.identifier} {...server} isOpen={servers.length === 1} />
          ))}
        </section>
      </>
    ),
  });
}
