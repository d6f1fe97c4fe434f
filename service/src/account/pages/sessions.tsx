import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../people/entities/session.entity.js';
import { browserName } from '../../web/browser-name.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';

export interface SessionsProps {
  sessions: readonly Session[];
  csrf: string;
  /** The one of the browser that looks, which is marked, and cannot be ended here. */
  current?: string;
  /** Where one is ended. Default: nowhere. */
  end?: string;
  /** Where all of them are, but the current one. Default: nowhere. */
  endAll?: string;
}

/** Where somebody is signed in. */
export function Sessions({ sessions, csrf, current, end, endAll }: SessionsProps) {
  const others = sessions.filter(({ id }) => id !== current);
  return (
    <section aria-labelledby="sessions">
      <div class="head">
        <h2 id="sessions">Sign-in sessions</h2>
        {endAll !== undefined && others.length > 0 && (
          <PostButton action={endAll} csrf={csrf} fields={{}}>
            {current === undefined ? 'End all' : 'End all others'}
          </PostButton>
        )}
      </div>
      {sessions.length === 0 && <p class="soft">None at the moment.</p>}
      {sessions.map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => (
        <section class="client" key={id} aria-label={displayText(browserName(userAgent))}>
          <header>
            <h3>
              {displayText(browserName(userAgent))}
              {id === current && (
                <>
                  {' '}
                  <span class="tag plain">This browser</span>
                </>
              )}
            </h3>
            {end !== undefined && id !== current && (
              <PostButton action={end} csrf={csrf} fields={{ id }}>
                End
              </PostButton>
            )}
          </header>
          <dl>
            <Fact name="Address">{displayText(ipAddress ?? 'Unknown')}</Fact>
            <Fact name="Signed in">
              <Moment at={createdAt} />
            </Fact>
            <Fact name="Last used">
              <Moment at={updatedAt} />
            </Fact>
          </dl>
        </section>
      ))}
    </section>
  );
}
