import type { ProtectedResource } from 'nestjs-mcp-auth';
import { ClientName, DEVICE_GRANT_TYPE, displayText, Host, redirectHost } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { Table } from '../../web/table.js';
import type { WaitingKind } from '../request-store.js';

/** Emails by subject and id. */
export type Names = ReadonlyMap<string, string>;

export interface WaitingKindsProps {
  frame: Frame;
  waiting: readonly WaitingKind[];
  names: Names;
  resources: readonly ProtectedResource[];
}

/** A row for each kind. */
export function WaitingKinds({ waiting, names, resources, frame }: WaitingKindsProps) {
  return (
    <Table
      caption="Applications that somebody waits for"
      rows={waiting}
      keyOf={({ kind }) => kind}
      columns={[
        {
          title: 'Application',
          isLong: true,
          cell: ({ newest, clients }) => (
            <>
              <ClientName name={newest.clientName} unnamed="Without a name" />
              {clients > 1 && <span class="tag">{counted(clients, 'installation')}</span>}
            </>
          ),
        },
        {
          title: 'Returns to',
          isLong: true,
          cell: ({ newest }) => (
            <>
              <ReturnsTo uri={newest.redirectUri} />{' '}
              {!isPublished(newest.clientId) && <span class="tag">Not verified</span>}
            </>
          ),
        },
        {
          title: 'Who asks',
          isLong: true,
          cell: ({ newest, people }) => (
            <>
              <bdi>{displayText(names.get(newest.userId) ?? 'Somebody who is gone')}</bdi>
              {people > 1 && ` +${people - 1}`}
            </>
          ),
        },
        {
          title: 'Server',
          cell: ({ newest }) => {
            const server = resources.find(({ identifier }) => identifier === newest.resource);
            return <bdi>{displayText(server?.name ?? newest.resource)}</bdi>;
          },
        },
        { title: 'Since', cell: ({ requestedAt }) => requestedAt.toISOString().slice(0, 10) },
        {
          title: 'Decide',
          isTitleHidden: true,
          cell: ({ newest }) => (
            <ButtonLink
              to={`/admin/access/applications/requests/${newest.id}`}
              about={newest.clientName ?? newest.clientId}
            >
              {frame.role === 'administrator' ? 'Decide' : 'Look'}
            </ButtonLink>
          ),
        },
      ]}
    />
  );
}

/** Where a browser brings the code. */
export function ReturnsTo({ uri }: { uri: string }) {
  return uri === DEVICE_GRANT_TYPE ? <>a device, by its code</> : <Host name={redirectHost(uri)} />;
}

/** Whether its id is where its metadata is published: then the domain vouches for it. */
export function isPublished(clientId: string): boolean {
  return clientId.startsWith('https://');
}
