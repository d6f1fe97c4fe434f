import { displayText } from '../../oauth/display-text.js';
import { Brand, ClientName, Foreign, Problem, shownName, Warning } from './components.js';
import type { ConsentPageProps } from './consent-page-props.js';
import { DeviceConfirmation } from './device-confirmation.js';
import { InteractionFacts } from './interaction-facts.js';
import { ConsentScopes } from './consent-scopes.js';
import { renderPage } from './render-page.js';

/** Asks whether a client may act for the person who is signed in. */
export function consentPage(props: ConsentPageProps): string {
  const { client, account, resource, remembered, error } = props;
  const name = shownName(client.name);
  const application = (
    <ClientName name={client.name} unnamed={`${remembered ? 'an' : 'An'} application without a name`} />
  );
  const title = [error && 'Error:', remembered ? 'Continue' : 'Allow access', name && `– “${name}”`];
  return renderPage({
    title: title.filter(Boolean).join(' '),
    body: (
      <form method="post" action={props.action} aria-labelledby="question">
        <input type="hidden" name="csrf" value={props.csrf} />
        <Brand>
          <Foreign text={resource.name} />
        </Brand>
        <h1 id="question">
          {remembered ? <>Continue with {application}?</> : <>{application} wants to connect</>}
        </h1>
        <p class="soft">
          {remembered
            ? 'You have allowed this before. Confirm that you have just started it yourself.'
            : props.device
              ? 'It runs on another device, and asks to act for you. You decide what it may do.'
              : 'It asks to act for you. You decide what it may do.'}
        </p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <InteractionFacts {...props} />
        {remembered ? (
          <details>
            <summary>What it may do</summary>
            <ConsentScopes {...props} />
          </details>
        ) : (
          <ConsentScopes {...props} />
        )}
        {props.device ? <DeviceConfirmation {...props.device} /> : <LocalProgram {...props} />}
        <div class="actions">
          {/* The first button is the one that Enter presses: it must be the harmless one. */}
          <button type="submit" name="decision" value="deny" class="quiet">
            {remembered ? 'Cancel' : 'Deny'}
          </button>
          <button type="submit" name="decision" value="approve">
            {remembered ? `Continue as ${displayText(account.name ?? account.email ?? account.id)}` : 'Allow'}
          </button>
        </div>
      </form>
    ),
  });
}

/** RFC 8252 §8.6: any program on the computer can listen at a loopback address, or claim a private-use scheme. */
function LocalProgram({ isLoopback, redirectHost }: ConsentPageProps) {
  const isPrivateUse = /:(\/\/|$)/.test(redirectHost);
  if (!isLoopback && !isPrivateUse) return null;
  return (
    <Warning>
      <p>
        This goes to a program <strong>on your own computer</strong>, and any program there could use that
        name. Continue only if you have just started it yourself.
      </p>
    </Warning>
  );
}
