import type { Connection } from 'nestjs-mcp-auth';
import { ClientName, displayText, Foreign } from 'nestjs-mcp-auth/service-kit';
import { type ConnectCommand, connectCommands, listedName } from '../../../operations/connect-commands.js';
import { Copyable } from '../../../web/copyable.js';
import { Hidden } from '../../../web/hidden.js';
import { href } from '../../../web/href.js';
import { Moment } from '../../../web/moment.js';

export interface UsableServerProps {
  identifier: string;
  name: string;
  /** Everybody who can sign in may use it. */
  isOpenToAll: boolean;
  /** The person's, at this server. */
  connections: readonly Pick<Connection, 'grantId' | 'clientName' | 'lastUsedAt'>[];
}

/** Connections of which the others are on the page of the account. */
const MOST_NAMED = 5;

/** A server, what is connected to it, and what connects each client. */
export function UsableServer({ identifier, name, isOpenToAll, connections }: UsableServerProps) {
  const clients = connectCommands(identifier, listedName(name));
  return (
    <article class="server">
      <h3>
        <Foreign text={name} />{' '}
        {connections.length > 0 ? (
          <span class="tag good">Connected</span>
        ) : (
          <span class="tag plain">Not connected</span>
        )}
      </h3>
      {isOpenToAll && <p class="soft small">An example, open to everyone who can sign in here.</p>}
      <Copyable name={`Address of ${displayText(name)}`} text={identifier} />
      {connections.length > 0 && (
        <p class="small">
          Connected with{' '}
          {connections.slice(0, MOST_NAMED).map(({ grantId, clientName, lastUsedAt }, index) => (
            <>
              {index > 0 && ', '}
              <span key={grantId}>
                <ClientName name={clientName} unnamed="an application without a name" />
                <span class="soft">
                  {' '}
                  (last used <Moment at={lastUsedAt} />)
                </span>
              </span>
            </>
          ))}
          {connections.length > MOST_NAMED && ` and ${connections.length - MOST_NAMED} more`}. You can
          disconnect it on <a href={href('/account')}>your account</a>.
        </p>
      )}
      <p class="row">
        <span class="soft small" aria-hidden="true">
          Add to
        </span>
        {clients.map(
          ({ client, link }) =>
            link !== undefined && (
              <a key={client} class="button small" href={link}>
                <span class="hidden">Add {displayText(name)} to </span>
                {client}
              </a>
            ),
        )}
      </p>
      <details>
        <summary>
          Commands and settings for every client
          <Hidden text={`of ${name}`} />
        </summary>
        {clients.map((client) => (
          <Command key={client.client} server={name} {...client} />
        ))}
      </details>
    </article>
  );
}

function Command({ server, client, command, where }: ConnectCommand & { server: string }) {
  return (
    <div class="client">
      <h4>{client}</h4>
      {where && <p class="small soft">{where}</p>}
      <Copyable name={`For ${client}: ${displayText(server)}`} text={command} />
    </div>
  );
}
