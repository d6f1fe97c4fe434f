import { type Connection } from 'nestjs-mcp-auth';
import { ClientName, DEVICE_GRANT_TYPE, displayText, Fact, Host } from 'nestjs-mcp-auth/service-kit';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';

export interface ConnectionsProps {
  connections: readonly Connection[];
  csrf: string;
  /** Where one is disconnected. Default: nowhere. */
  end?: string;
  /** Where all of them are. Default: nowhere. */
  endAll?: string;
}

/** The applications that a person has connected. */
export function Connections({ connections, csrf, end, endAll }: ConnectionsProps) {
  return (
    <section aria-labelledby="connected">
      <div class="head">
        <h2 id="connected">Connected applications</h2>
        {endAll !== undefined && connections.length > 0 && (
          <PostButton action={endAll} csrf={csrf} fields={{}}>
            Disconnect all
          </PostButton>
        )}
      </div>
      {connections.length === 0 && <p class="soft">None at the moment.</p>}
      {connections.map(({ grantId, clientId, clientName, redirectUri, resource, scopes, lastUsedAt }) => (
        <section class="client" key={grantId} aria-label={displayText(clientName ?? clientId)}>
          <header>
            <h3>
              <ClientName name={clientName} unnamed="An application without a name" />
            </h3>
            {end !== undefined && (
              <PostButton action={end} csrf={csrf} fields={{ grantId }}>
                Disconnect
              </PostButton>
            )}
          </header>
          <dl>
            {redirectUri === DEVICE_GRANT_TYPE ? (
              <Fact name="Runs on">a device, by its code</Fact>
            ) : (
              <Fact name="Returns to">
                <Host name={redirectUri} />
              </Fact>
            )}
            <Fact name="Server">
              <code>{resource}</code>
            </Fact>
            <Fact name="May">
              <code>{scopes.join(' ')}</code>
            </Fact>
            <Fact name="Last used">
              <Moment at={lastUsedAt} />
            </Fact>
          </dl>
        </section>
      ))}
    </section>
  );
}
