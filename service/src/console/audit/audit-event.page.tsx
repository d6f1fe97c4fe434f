import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { Second } from '../../web/moment.js';
import { type AuditPeople, related, TO_AUDIT } from './related.js';

/** What null means in facts that would limit something; of the others nothing is known. */
const WITHOUT_LIMIT: Readonly<Record<string, string>> = {
  groups: 'Everyone',
  scopes: 'All',
  clients: 'Any',
  until: 'No end',
  target: 'Everyone',
};

export interface AuditEventPageProps {
  frame: Frame;
  event: AuditEventRow;
  people: AuditPeople;
}

/** All that is known of one event. */
export function auditEventPage({ frame, event, people }: AuditEventPageProps): string {
  const { at, action, outcome, userId, clientId, resource, address, requestId, detail, position } = event;
  const facts: [string, string | null, string?][] = [
    ['Application', clientId, clientId ? related({ clientId }) : undefined],
    ['Server', resource],
    ['Address', address],
    ['Request', requestId, requestId ? related({ requestId }) : undefined],
    ...Object.entries(detail)
      .filter(([name, value]) => name !== 'target' || value === null)
      .map(([name, value]): [string, string | null] => [inWords(name), words(name, value)]),
    ['Place in the chain', position],
  ];
  return framedPage({
    frame,
    title: action,
    heading: (
      <>
        {action}
        {outcome === 'refused' && (
          <>
            {' '}
            <span class="tag">Refused</span>
          </>
        )}
      </>
    ),
    lead: <Second at={at} />,
    back: TO_AUDIT,
    children: (
      <dl>
        <Account name="Who" id={userId} people={people} />
        <Account name="Whose account" id={detail['target']} people={people} />
        {facts.map(
          ([name, value, to]) =>
            value !== null && (
              <Fact key={name} name={displayText(name)}>
                {to === undefined ? (
                  <bdi>{displayText(value, Infinity)}</bdi>
                ) : (
                  <a href={href(to)}>
                    <bdi>{displayText(value, Infinity)}</bdi>
                  </a>
                )}
              </Fact>
            ),
        )}
      </dl>
    ),
  });
}

function Account({ name, id, people }: { name: string; id: unknown; people: AuditPeople }) {
  if (typeof id !== 'string') return null;
  const user = people.get(id);
  return (
    <Fact name={name}>
      {user ? (
        <>
          <a href={href(`${TO_PEOPLE.path}/${user.id}`)}>
            <bdi>{displayText(user.email, Infinity)}</bdi>
          </a>
          <span class="aside">
            <bdi>{displayText(user.name)}</bdi>
          </span>
        </>
      ) : (
        <bdi>{displayText(id, Infinity)}</bdi>
      )}
      <span class="aside">
        <a href={href(related({ person: id }))}>All of the audit about them</a>
      </span>
    </Fact>
  );
}

/** `grantType` is “Grant type”. */
function inWords(name: string): string {
  if (name === 'target') return 'For';
  const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Null for what nobody needs to read. */
function words(name: string, value: unknown): string | null {
  if (value === null) return WITHOUT_LIMIT[name] ?? null;
  if (Array.isArray(value)) return value.join(' ') || 'None';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
