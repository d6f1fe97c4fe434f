import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Invitation } from '../entities/invitation.entity.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { roleName } from './role-choice.js';

export interface OpenInvitationsProps {
  invitations: readonly Invitation[];
  csrf: string;
  mayChange: boolean;
}

/** The invitations that nobody has taken up yet. */
export function OpenInvitations({ invitations, csrf, mayChange }: OpenInvitationsProps) {
  if (invitations.length === 0) return null;
  return (
    <section aria-labelledby="invited">
      <h2 id="invited">Open invitations</h2>
      {invitations.map(({ id, email, name, role, expiresAt }) => (
        <section class="client" key={id} aria-label={displayText(email)}>
          <header>
            <h3>
              <bdi>{displayText(email, Infinity)}</bdi>
            </h3>
            {mayChange && (
              <PostButton action="/admin/invitations/remove" csrf={csrf} fields={{ id }} about={email}>
                Take back
              </PostButton>
            )}
          </header>
          <dl>
            {name && (
              <Fact name="Name">
                <bdi>{displayText(name)}</bdi>
              </Fact>
            )}
            <Fact name="Role">{roleName(role)}</Fact>
            <Fact name="Works until">
              <Moment at={expiresAt} />
            </Fact>
          </dl>
        </section>
      ))}
    </section>
  );
}
