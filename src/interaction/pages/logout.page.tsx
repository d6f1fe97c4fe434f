import type { McpAccount } from '../../host/account-directory.js';
import { Brand, ClientName, Fact, Foreign, Host } from './components.js';
import { renderPage } from './render-page.js';

export interface LogoutPageProps {
  account: McpAccount;
  /** As the client calls itself; undefined where none asked. */
  clientName: string | null | undefined;
  /** Where the browser goes after that; null for nowhere. */
  backTo: string | null;
  action: string;
  /** Names and values. */
  fields: Readonly<Record<string, string>>;
}

/** Asks a person whether they want to be signed out: whoever asks for it may not be somebody they trust. */
export function logoutPage({ account, clientName, backTo, action, fields }: LogoutPageProps): string {
  return renderPage({
    title: 'Sign out?',
    body: (
      <form method="post" action={action} aria-labelledby="title">
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Brand />
        <h1 id="title">Sign out?</h1>
        <p class="soft">
          {clientName === undefined ? (
            'You are about to be signed out in this browser.'
          ) : (
            <>
              <ClientName name={clientName} unnamed="An application without a name" /> asks to sign you out in
              this browser.
            </>
          )}{' '}
          Applications you have connected stay connected.
        </p>
        <dl>
          <Fact name="Signed in as">
            <Foreign text={account.email ?? account.name ?? account.id} />
          </Fact>
          {backTo !== null && (
            <Fact name="Then back to">
              <Host name={backTo} />
            </Fact>
          )}
        </dl>
        <div class="actions">
          <button type="submit" name="decision" value="leave">
            Sign out
          </button>
          <button type="submit" name="decision" value="stay" class="quiet">
            Stay signed in
          </button>
        </div>
      </form>
    ),
  });
}

/** Says how it ended. @param back where the application waits, for a person who wants to go there. */
export function loggedOutPage(
  isSignedOut: boolean,
  back: { url: string; host: string } | null = null,
): string {
  const title = isSignedOut ? 'You are signed out' : 'You are still signed in';
  return renderPage({
    title,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p class="soft">You can close this page.</p>
        {back && (
          <p>
            <a href={back.url} rel="noreferrer">
              Go to <Host name={back.host} />
            </a>{' '}
            <span class="soft">if that is where you came from.</span>
          </p>
        )}
      </>
    ),
  });
}
