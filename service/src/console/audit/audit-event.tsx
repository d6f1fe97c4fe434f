import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import type { User } from '../../people/entities/user.entity.js';

export interface AuditEventProps {
  event: AuditEventRow;
  /** Who acted, when the account is still there. */
  person: Pick<User, 'name' | 'email'> | undefined;
  /** Whom it was done to, when the account is still there. */
  target: Pick<User, 'name' | 'email'> | undefined;
}

/** One line of the audit, with the rest behind it. */
export function AuditEventView({ event, person, target }: AuditEventProps) {
  const { at, action, outcome, userId, detail } = event;
  const who = person ? displayText(person.email) : userId;
  const [day = '', time = ''] = at.toISOString().split('T');
  const facts: [string, string | null][] = [
    ['Person', person ? `${displayText(person.name)} · ${userId}` : userId],
    ['Application', event.clientId],
    ['Server', event.resource],
    ['Address', event.address],
    ['Request', event.requestId],
    ...Object.entries(detail).map(([name, value]): [string, string] => [
      name,
      name === 'target' && target ? `${displayText(target.email)} · ${words(value)}` : words(value),
    ]),
    ['Place', event.position],
  ];
  return (
    <details class="event">
      <summary>
        <time dateTime={at.toISOString()}>
          {day} {time.slice(0, 8)} UTC
        </time>
        <code>{action}</code>
        {outcome === 'refused' && <span class="tag">refused</span>}
        {who && <bdi>{who}</bdi>}
      </summary>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <Fact key={name} name={displayText(name)}>
                <bdi>{displayText(value, Infinity)}</bdi>
              </Fact>
            ),
        )}
      </dl>
    </details>
  );
}

function words(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : String(value);
}
