import type { ResourceCredentials } from 'nestjs-mcp-auth';
import { Fact } from 'nestjs-mcp-auth/service-kit';
import { CopyScript } from '../../web/copy-script.js';
import { Copyable } from '../../web/copyable.js';
import { confirmationPage } from '../../web/confirmation.page.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { PostButton } from '../../web/post-button.js';
import type { Server } from '../server-changes.js';
import { serverPath } from '../server-path.js';

export interface CredentialsQuestionPageProps {
  frame: Frame;
  server: Server;
  /** Those that it has. */
  known: ResourceCredentials | undefined;
}

/** Says what a new secret does to the one before. */
export function credentialsQuestionPage({ frame, server, known }: CredentialsQuestionPageProps): string {
  const { name, identifier } = server;
  const action = serverPath('credentials', identifier);
  const fields = { server: identifier };
  return confirmationPage({
    frame,
    title: known ? `A new secret for ${name}?` : `Credentials for ${name}?`,
    ends: known
      ? ['The secret that it has now works for one more day, unless it has leaked.']
      : [
          'The server can ask this service about its own tokens, and exchange them where a delegation allows it.',
        ],
    children: (
      <>
        <p class="soft">The secret is shown once, on the next page. Have a place ready to keep it.</p>
        {known && (
          <PostButton action={action} csrf={frame.csrf} fields={{ ...fields, leaked: 'yes' }} kind="danger">
            It has leaked: end it at once
          </PostButton>
        )}
      </>
    ),
    action,
    fields,
    button: known ? 'Make a new secret' : 'Make credentials',
    back: { path: serverPath('server', identifier), text: name },
  });
}

export interface ShownCredentialsPageProps {
  frame: Frame;
  server: Server;
  credentials: { clientId: string; clientSecret: string };
  issuer: string;
}

/** The secret, this once. Send it with `COPY_PAGE_HEADERS`. */
export function shownCredentialsPage({
  frame,
  server,
  credentials,
  issuer,
}: ShownCredentialsPageProps): string {
  const { name, identifier } = server;
  return framedPage({
    frame,
    title: `Credentials of ${name}`,
    back: { path: serverPath('server', identifier), text: name },
    lead: 'Copy the secret now: it is shown this once, and kept nowhere in a form that can be read.',
    children: (
      <>
        <dl>
          <Fact name="Client id">
            <Copyable name="Client id" text={credentials.clientId} />
          </Fact>
          <Fact name="Client secret">
            <Copyable name="Client secret" text={credentials.clientSecret} />
          </Fact>
          <Fact name="Introspection">
            <Copyable name="Address for introspection" text={`${issuer}/introspect`} />
          </Fact>
        </dl>
        <CopyScript />
      </>
    ),
  });
}
