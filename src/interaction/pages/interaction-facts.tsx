import { DeviceFacts } from './device-facts.js';
import { Fact, Foreign, Host } from './components.js';
import type { InteractionPageProps } from './interaction-page-props.js';

/** Who asks, where the answer goes, for which server, and on whose account. */
export function InteractionFacts(props: InteractionPageProps) {
  const { client, redirectHost, isLoopback, device, resource, account } = props;
  const person = account.name ?? account.email ?? account.id;
  return (
    <dl>
      {device ? (
        <DeviceFacts {...device} />
      ) : (
        <Fact name="Returns you to">
          <strong>
            <Host name={redirectHost} />
          </strong>
          {isLoopback && <span class="soft"> · this computer</span>}
        </Fact>
      )}
      {client.publishedAt && (
        <Fact name="Published at">
          <strong>
            <Host name={client.publishedAt} />
          </strong>
        </Fact>
      )}
      {client.selfRegistered && (
        <Fact name="Identity">
          <span class="tag">Not verified</span>
          <span class="aside">The application registered itself. Its name is its own claim.</span>
        </Fact>
      )}
      <Fact name="Server">
        <Foreign text={resource.name} />
        <span class="aside">
          <code>{resource.identifier}</code>
        </span>
      </Fact>
      <Fact name="Your account">
        <Foreign text={person} />
        {account.email && account.email !== person && (
          <span class="aside">
            <Foreign text={account.email} />
          </span>
        )}
        <span class="aside">
          <a href={props.switchAccount}>Use another account</a>
        </span>
      </Fact>
    </dl>
  );
}
