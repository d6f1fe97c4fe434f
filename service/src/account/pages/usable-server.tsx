import type { Connection } from 'nestjs-mcp-auth';
import { ClientName, Foreign } from 'nestjs-mcp-auth/service-kit';
import { connectCommands, listedName } from '../../operations/connect-commands.js';
import { href } from '../../web/href.js';

export interface UsableServerProps {
  identifier: string;
  name: string;
  /** The person's, at this server. */
  connections: readonly Pick<Connection, 'grantId' | 'clientName'>[];
  /** Its commands are shown at once. */
  isOpen: boolean;
}

/** A server, what is connected to it, and what connects each client. */
export function UsableServer({ identifier, name, connections, isOpen }: UsableServerProps) {
  return (
    <details open={isOpen}>
      <summary>
        <strong>
          <Foreign text={name} />
        </strong>{' '}
        {connections.length > 0 && <span class="tag plain">Connected</span>}{' '}
        <code>
          <Foreign text={identifier} longest={Infinity} />
        </code>
      </summary>
      {connections.length > 0 && (
        <p class="small">
          Connected with{' '}
          {connections.map(({ grantId, clientName }, index) => (
            <>
              {index > 0 && ', '}
              <ClientName key={grantId} name={clientName} unnamed="an application without a name" />
            </>
          ))}
          . You can disconnect it on <a href={href('/account')}>your account</a>.
        </p>
      )}
      {connectCommands(identifier, listedName(name)).map(({ client, command, where, link }) => (
        <section class="client" key={client} aria-label={`${client}: ${name}`}>
          <header>
            <h3>{client}</h3>
            {(where || link) && (
              <span class="small soft">
                {where}
                {where && link && ' · '}
                {link && <a href={link}>Add to {client}</a>}
              </span>
            )}
          </header>
          <pre>
            <code>{command}</code>
          </pre>
        </section>
      ))}
    </details>
  );
}
