import {
  type CatalogClient,
  type CatalogGrant,
  type ClientHoldings,
  displayText,
  Fact,
  Host,
} from 'nestjs-mcp-auth/service-kit';
import type { User } from '../../people/entities/user.entity.js';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { TO_CLIENTS } from '../client-administration.js';
import { redirectHosts } from '../client-provenance.js';
import { ClientLabel } from './client-label.js';
import { ClientOrigin } from './client-origin.js';
import { ConnectionTable } from './connection-table.js';

export interface ClientPageProps {
  frame: Frame;
  client: CatalogClient;
  holdings: ClientHoldings;
  /** The connections that were used last. */
  latest: readonly CatalogGrant[];
  /** By what grants call them, and by their ids. */
  people: ReadonlyMap<string, Pick<User, 'id' | 'name' | 'email'>>;
}

/** One application, with what it has and what ends it. */
export function clientPage({ frame, client, holdings, latest, people }: ClientPageProps): string {
  const { name, clientId, disabled } = client;
  return framedPage({
    frame,
    title: name ?? clientId,
    heading: (
      <>
        <ClientLabel name={name} />
        {disabled && (
          <>
            {' '}
            <span class="tag bad">Blocked</span>
          </>
        )}
      </>
    ),
    back: TO_CLIENTS,
    actions: (
      <>
        <ButtonLink to={new ListAddress('/admin/audit', { clientId: client.clientId }).with({})}>
          Audit
        </ButtonLink>
        {frame.role === 'administrator' && <Actions client={client} csrf={frame.csrf} />}
      </>
    ),
    children: (
      <>
        <Facts client={client} holdings={holdings} people={people} />
        <h2>Connections</h2>
        {latest.length === 0 ? (
          <p class="soft">Nobody has it connected.</p>
        ) : (
          <>
            <ConnectionTable
              caption="Connections that were used last"
              rows={latest}
              people={people}
              mayEnd={frame.role === 'administrator'}
              without="Application"
            />
            <p>
              <a href={href(new ListAddress('/admin/connections', { client: clientId }).with({}))}>
                All {counted(holdings.grants, 'connection')}
              </a>
            </p>
          </>
        )}
      </>
    ),
  });
}

function Actions({ client, csrf }: { client: CatalogClient; csrf: string }) {
  const path = `${TO_CLIENTS.path}/${client.id}`;
  const isConfigured = client.source === 'static';
  return (
    <>
      {client.hasSecret && !isConfigured && <ButtonLink to={`${path}/secret`}>New secret</ButtonLink>}
      {!isConfigured && (
        <ButtonLink to={`${path}/delete`} kind="danger">
          Delete
        </ButtonLink>
      )}
      {client.disabled ? (
        <PostButton
          action={`${path}/unblock`}
          csrf={csrf}
          fields={{ seen: client.updatedAt.toISOString() }}
          kind="main"
        >
          Unblock
        </PostButton>
      ) : (
        <ButtonLink to={`${path}/block`} kind="danger">
          Block
        </ButtonLink>
      )}
    </>
  );
}

function Facts({ client, holdings, people }: Pick<ClientPageProps, 'client' | 'holdings' | 'people'>) {
  const { clientId, redirectUris, kind, scopeCeiling, resourceCeiling, blockedAt, blockedBy, createdAt } =
    client;
  const by = blockedBy === null ? undefined : (people.get(blockedBy)?.email ?? blockedBy);
  const hosts = redirectHosts(redirectUris);
  return (
    <dl>
      <Fact name="Id">
        <code>{displayText(clientId, Infinity)}</code>
      </Fact>
      <Fact name="From">
        <ClientOrigin client={client} />
      </Fact>
      {hosts.length > 0 && (
        <Fact name="Returns to">
          {hosts.map((host, index) => (
            <>
              {index > 0 && <br />}
              <Host key={host} name={host} />
            </>
          ))}
        </Fact>
      )}
      <Fact name="Proves itself">{proofInWords(client)}</Fact>
      {kind === 'service-account' ? (
        <>
          <Fact name="At most">
            <Words list={scopeCeiling ?? []} none="No scope" />
          </Fact>
          <Fact name="Servers">
            <Words list={resourceCeiling ?? []} none="None" />
          </Fact>
        </>
      ) : (
        <>
          <Fact name="People">
            {holdings.people?.toLocaleString('en') ?? `Many, with ${counted(holdings.grants, 'connection')}`}
          </Fact>
          <Fact name="Scopes">
            <Words list={holdings.scopes} none="None" />
          </Fact>
        </>
      )}
      <Fact name="Last used">{client.lastUsedAt ? <Moment at={client.lastUsedAt} /> : 'Never'}</Fact>
      <Fact name="Since">
        <Moment at={createdAt} />
      </Fact>
      {blockedAt && (
        <Fact name="Blocked">
          <Moment at={blockedAt} />
          {by !== undefined && (
            <>
              {' '}
              by <bdi>{displayText(by, Infinity)}</bdi>
            </>
          )}
        </Fact>
      )}
    </dl>
  );
}

function Words({ list, none }: { list: readonly string[]; none: string }) {
  return list.length === 0 ? <>{none}</> : <code>{displayText(list.join(' '), Infinity)}</code>;
}

function proofInWords({ tokenEndpointAuthMethod: method, hasSecret }: CatalogClient): string {
  if (method === 'none') return 'Not at all: a public client, which anybody could pretend to be';
  if (hasSecret) return 'With a secret';
  return method.startsWith('client_secret') ? 'With a secret, and has none' : 'With a key';
}
