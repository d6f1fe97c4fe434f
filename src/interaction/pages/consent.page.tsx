import type { McpAccount } from '../../host/account-directory.js';
import { displayText } from '../../oauth/display-text.js';
import { Brand, Fact, Problem, Warning } from './components.js';
import { renderPage } from './render-page.js';

export interface ConsentPageProps {
  client: {
    /** As it calls itself. */
    name: string | null;
    clientId: string;
    selfRegistered: boolean;
    /** When the client is identified by a URL. */
    domain: string | null;
  };
  redirectHost: string;
  /** Every redirect of the client stays on this computer. */
  loopbackOnly: boolean;
  resource: { name: string; identifier: string };
  account: McpAccount;
  scopes: { name: string; words: string }[];
  /** It can stay connected without asking again. */
  offlineAccess: boolean;
  /** All of it was allowed before: one click goes on. */
  remembered: boolean;
  action: string;
  csrf: string;
  error?: string;
  /** The sign-in page, for another account. */
  switchAccount: string;
}

/** Asks whether a client may act for the person who is signed in. */
export function consentPage(props: ConsentPageProps): string {
  const { client, account, resource, remembered, error } = props;
  const name = client.name ? displayText(client.name) : 'An application without a name';
  const person = displayText(account.name ?? account.email ?? account.id);
  return renderPage({
    title: `Allow ${name}?`,
    body: (
      <form method="post" action={props.action} aria-describedby={error ? 'problem' : undefined}>
        <input type="hidden" name="csrf" value={props.csrf} />
        <Brand>{displayText(resource.name)}</Brand>
        <h1>{remembered ? `Continue with ${name}?` : `${name} wants to connect`}</h1>
        <p class="soft">
          {remembered
            ? 'You have allowed this before. Confirm that it is you who started it.'
            : 'It will be able to act for you, with what you allow below.'}
        </p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        {props.loopbackOnly && (
          <Warning>
            <p>
              This application runs <strong>on your own computer</strong>, and any program there could use its
              name. Continue only if you started this yourself just now.
            </p>
          </Warning>
        )}
        <Facts {...props} person={person} />
        {remembered ? (
          <details>
            <summary>What it may do</summary>
            <Scopes {...props} />
          </details>
        ) : (
          <Scopes {...props} />
        )}
        <div class="actions">
          <button type="submit" name="decision" value="approve">
            {remembered ? `Continue as ${person}` : 'Allow'}
          </button>
          <button type="submit" name="decision" value="deny" class="quiet">
            {remembered ? 'Cancel' : 'Deny'}
          </button>
        </div>
        <p class="below">
          <a href={props.switchAccount}>Use another account</a>
        </p>
      </form>
    ),
  });
}

function Facts({ client, redirectHost, resource, person, account }: ConsentPageProps & { person: string }) {
  const email = account.email && displayText(account.email);
  return (
    <dl>
      <Fact name="Sends you to">
        <strong>{displayText(redirectHost)}</strong>
      </Fact>
      {client.domain && <Fact name="Published by">{displayText(client.domain)}</Fact>}
      <Fact name="Server">
        {displayText(resource.name)}
        <br />
        <code class="soft">{resource.identifier}</code>
      </Fact>
      <Fact name="Signed in as">
        {person}
        {email && email !== person && (
          <>
            <br />
            <span class="soft">{email}</span>
          </>
        )}
      </Fact>
      {client.selfRegistered && (
        <Fact name="Verified">No. The application registered itself, and its name is its own claim.</Fact>
      )}
    </dl>
  );
}

function Scopes({ scopes, offlineAccess }: ConsentPageProps) {
  return (
    <>
      {scopes.length > 0 && (
        <fieldset>
          <legend>It asks for</legend>
          {scopes.map(({ name, words }) => (
            <label class="scope" key={name}>
              <input type="checkbox" name="scope" value={name} checked />
              <span>
                {words}
                <code>{name}</code>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {offlineAccess && (
        <p class="soft small">
          It can stay connected while you are away, until you disconnect it or it expires.
        </p>
      )}
    </>
  );
}
