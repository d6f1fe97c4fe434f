import type { ComponentChildren } from 'preact';
import type { Destination } from '../destination.js';
import { DestinationFields } from './destination-fields.js';
import { href } from '../../web/href.js';

export interface ProviderFormProps extends Destination {
  id: string;
  csrf: string;
  /** The token of an invitation that the identity redeems. */
  invitation?: string;
  /** Adds the identity to the account that is signed in. Default false. */
  connect?: boolean;
  children: ComponentChildren;
}

/** A button that leads to an identity provider. */
export function ProviderForm({ id, csrf, invitation, connect, children, ...destination }: ProviderFormProps) {
  return (
    <form method="post" action={href(`/sign-in/${id}`)} class="provider">
      <input type="hidden" name="csrf" value={csrf} />
      <DestinationFields {...destination} />
      {invitation && <input type="hidden" name="invitation" value={invitation} />}
      {connect && <input type="hidden" name="connect" value="1" />}
      <div class="actions">
        <button type="submit" class={connect ? 'quiet' : undefined}>
          {children}
        </button>
      </div>
    </form>
  );
}
