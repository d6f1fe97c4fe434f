import { ClientName, type Connection, displayText, Fact, Host } from '../../index.js';
import { PostButton } from './post-button.js';

/** The applications that a person has connected. */
export function Connections({ connections, csrf }: { connections: readonly Connection[]; csrf: string }) {
  return (
    <section aria-labelledby="connected">
      <h2 id="connected">Connected applications</h2>
      {connections.map(({ grantId, clientId, clientName, redirectUri, resource, scopes, lastUsedAt }) => (
        <section class="client" key={grantId} aria-label={displayText(clientName ?? clientId)}>
          <header>
            <h3>
              <ClientName name={clientName} unnamed="An application without a name" />
            </h3>
            <PostButton action="/connections/end" csrf={csrf} fields={{ grantId }}>
              Disconnect
            </PostButton>
          </header>
          <dl>
            <Fact name="Returns to">
              <Host name={redirectUri} />
            </Fact>
            <Fact name="Server">
              <code>{resource}</code>
            </Fact>
            <Fact name="May">
              <code>{scopes.join(' ')}</code>
            </Fact>
            <Fact name="Last used">{lastUsedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</Fact>
          </dl>
        </section>
      ))}
    </section>
  );
}
