import { displayText } from '../../oauth/display-text.js';
import { Brand, ClientName, Contact, Foreign, Warning } from './components.js';
import { InteractionFacts } from './interaction-facts.js';
import type { InteractionPageProps } from './interaction-page-props.js';
import { renderPage } from './render-page.js';

/** Characters of the policy's words. */
const LONGEST_MESSAGE = 500;

export interface AccessPageProps extends InteractionPageProps {
  message: string;
  /** Somebody else must agree first. */
  pending: boolean;
}

/** Tells a person that a client may not act for them here, or not yet, and lets them go back. */
export function accessPage({ message, pending, ...props }: AccessPageProps): string {
  const title = pending ? 'Waiting for approval' : 'You do not have access';
  return renderPage({
    title,
    body: (
      <form method="post" action={props.action} aria-labelledby="title">
        <input type="hidden" name="csrf" value={props.csrf} />
        <Brand>
          <Foreign text={props.resource.name} />
        </Brand>
        <h1 id="title">{title}</h1>
        <p class="soft">
          <ClientName name={props.client.name} unnamed="An application without a name" /> asked to act for
          you.
        </p>
        <Warning>
          <p>{displayText(message, LONGEST_MESSAGE)}</p>
        </Warning>
        <Contact about={pending ? 'It takes long?' : 'You need it?'} />
        <InteractionFacts {...props} />
        <div class="actions">
          <button type="submit" name="decision" value="deny" class="quiet">
            {pending ? 'Cancel' : props.device ? 'Deny' : 'Go back to the application'}
          </button>
          {/* A page that loads itself again takes its place from whoever reads it (WCAG 2.2 §2.2.1). */}
          {pending && (
            <a class="button" href={props.action}>
              Look again
            </a>
          )}
        </div>
      </form>
    ),
  });
}
