import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import { CopyScript } from '../../web/copy-script.js';
import { Copyable } from '../../web/copyable.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';

export interface SecretPageProps {
  frame: Frame;
  title: string;
  name: string;
  clientId: string;
  /** Null for a client without one. */
  secret: string | null;
  /** Where to go on. */
  to: string;
}

/** What a client is set up with; its secret is shown this once. Send it with `COPY_PAGE_HEADERS`. */
export function secretPage({ frame, title, name, clientId, secret, to }: SecretPageProps): string {
  return framedPage({
    frame,
    title,
    lead:
      secret === null
        ? 'Set it up with its id.'
        : 'Set it up with its id and its secret. Copy the secret now: it is not shown again, and nobody can look it up.',
    children: (
      <>
        <dl>
          <Fact name="Name">
            <bdi>{displayText(name)}</bdi>
          </Fact>
          <Fact name="client_id">
            <Copyable name="client_id" text={clientId} />
          </Fact>
          {secret !== null && (
            <Fact name="client_secret">
              <Copyable name="client_secret" text={secret} />
            </Fact>
          )}
        </dl>
        <p>
          <a class="button small" href={href(to)}>
            {secret === null ? 'Go on' : 'I have copied it'}
          </a>
        </p>
        <CopyScript />
      </>
    ),
  });
}
