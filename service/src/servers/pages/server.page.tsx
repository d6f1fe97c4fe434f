import type { ResourceCredentials } from 'nestjs-mcp-auth';
import { Fact, Foreign } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { Table } from '../../web/table.js';
import type { Server } from '../server-changes.js';
import type { Finding } from '../server-findings.js';
import { serverPath } from '../server-path.js';
import { Findings } from './findings.js';

export interface ServerPageProps {
  frame: Frame;
  server: Server;
  credentials: readonly ResourceCredentials[];
  /** Where this service has its metadata document ready. */
  metadata: string;
  /** What a check has found; undefined when nobody asked. */
  findings?: readonly Finding[];
}

/** One MCP server. */
export function serverPage({ frame, server, credentials, metadata, findings }: ServerPageProps): string {
  const { identifier, name, enabled, isConfigured, maxAge, accessTokenExpiresIn, signingAlgorithm } = server;
  return framedPage({
    frame,
    title: name,
    back: { path: '/admin/servers', text: 'Back to the MCP servers' },
    actions: <Actions frame={frame} server={server} />,
    children: (
      <>
        <dl>
          <Fact name="Address">
            <code>
              <Foreign text={identifier} longest={Infinity} />
            </code>
          </Fact>
          <Fact name="State">
            {enabled ? 'Enabled' : <span class="tag">Disabled</span>}
            {!enabled && (
              <span class="aside">No tokens are issued for it, and those there were are refused.</span>
            )}
          </Fact>
          <Fact name="Comes from">
            {isConfigured ? 'The configuration of the service: it is changed there' : 'This page'}
          </Fact>
          <Fact name="Tokens live">
            {accessTokenExpiresIn === null
              ? 'As long as the service says'
              : `${accessTokenExpiresIn} seconds`}
          </Fact>
          <Fact name="Tokens are signed with">{signingAlgorithm ?? 'What the service signs with'}</Fact>
          {maxAge !== null && (
            <Fact name="Sign-in">Of the last {maxAge} seconds, to let an application use it</Fact>
          )}
          <Fact name="Access">
            <a href={href(`/admin/access?${new URLSearchParams({ server: identifier }).toString()}`)}>
              Who may use it
            </a>
          </Fact>
          <Fact name="Metadata">
            <code>{metadata}</code>
            <span class="aside">The document that the server must serve, ready made.</span>
          </Fact>
        </dl>
        {findings && <Findings findings={findings} />}
        <Scopes server={server} />
        <Credentials frame={frame} server={server} credentials={credentials} />
      </>
    ),
  });
}

function Actions({ frame: { role, csrf }, server }: Pick<ServerPageProps, 'frame' | 'server'>) {
  const { identifier, enabled, isConfigured, version } = server;
  const fields = { server: identifier };
  return (
    <>
      {role === 'administrator' && !isConfigured && (
        <ButtonLink to={serverPath('change', identifier)}>Change</ButtonLink>
      )}
      {role === 'administrator' &&
        (enabled ? (
          <ButtonLink to={serverPath('disable', identifier)} kind="danger">
            Disable
          </ButtonLink>
        ) : (
          <PostButton action="/admin/servers/enable" csrf={csrf} fields={{ ...fields, version }}>
            Enable
          </PostButton>
        ))}
      <PostButton action="/admin/servers/check" csrf={csrf} fields={fields} kind="main">
        Check the server
      </PostButton>
    </>
  );
}

function Scopes({ server: { scopes, challengeScopes, scopeHierarchy } }: Pick<ServerPageProps, 'server'>) {
  const rows = Object.entries(scopes);
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">Scopes</h2>
      {rows.length === 0 ? (
        <p class="soft">It has none: whoever may use it may use all of it.</p>
      ) : (
        <Table
          caption="Scopes"
          rows={rows}
          keyOf={([scope]) => scope}
          columns={[
            { title: 'Scope', cell: ([scope]) => <code>{scope}</code> },
            {
              title: 'What people read',
              isLong: true,
              cell: ([, words]) => <Foreign text={words} longest={500} />,
            },
            {
              title: 'Includes',
              cell: ([scope]) => <code>{scopeHierarchy[scope]?.join(' ') ?? ''}</code>,
            },
            {
              title: 'Asked for first',
              cell: ([scope]) => (challengeScopes.includes(scope) ? 'Yes' : 'No'),
            },
          ]}
        />
      )}
    </section>
  );
}

function Credentials({
  frame,
  server,
  credentials,
}: Pick<ServerPageProps, 'frame' | 'server' | 'credentials'>) {
  const mayChange = frame.role === 'administrator' && !server.isConfigured;
  return (
    <section aria-labelledby="credentials">
      <h2 id="credentials">Credentials</h2>
      <p class="soft">
        A server that asks this service about tokens (introspection), or exchanges them, proves itself with
        these. A server that checks tokens by the published keys needs none.
      </p>
      {credentials.map(({ clientId, previousExpiresAt }) => (
        <p key={clientId}>
          <code>{clientId}</code>
          {previousExpiresAt && (
            <span class="soft small">
              {' '}
              The secret before the present one works until <Moment at={previousExpiresAt} />.
            </span>
          )}
        </p>
      ))}
      {mayChange && (
        <p>
          <ButtonLink to={serverPath('credentials', server.identifier)}>
            {credentials.length === 0 ? 'Make credentials' : 'Make a new secret'}
          </ButtonLink>
        </p>
      )}
    </section>
  );
}
