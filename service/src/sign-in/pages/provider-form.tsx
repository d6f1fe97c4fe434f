import type { ComponentChildren } from 'preact';

export interface ProviderFormProps {
  id: string;
  csrf: string;
  /** The authorization under way that signing in goes on with. */
  interaction?: string;
  /** The token of an invitation that the identity redeems. */
  invitation?: string;
  /** Adds the identity to the account that is signed in. Default false. */
  connect?: boolean;
  children: ComponentChildren;
}

/** A button that leads to an identity provider. */
export function ProviderForm({ id, csrf, interaction, invitation, connect, children }: ProviderFormProps) {
  return (
    <form method="post" action={`/sign-in/${id}`} class="provider">
      <input type="hidden" name="csrf" value={csrf} />
      {interaction && <input type="hidden" name="interaction" value={interaction} />}
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
