import { confirmationPage } from '../../web/confirmation.page.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import type { Server } from '../server-changes.js';
import { serverPath } from '../server-path.js';

export interface DisableServerPageProps {
  frame: Frame;
  server: Server;
  connections: number;
}

/** Names what ends when a server is disabled. */
export function disableServerPage({ frame, server, connections }: DisableServerPageProps): string {
  const { name, identifier } = server;
  return confirmationPage({
    frame,
    title: `Disable ${name}?`,
    ends: [
      `${counted(connections, 'connection')} of people and service accounts ${connections === 1 ? 'stops' : 'stop'} working: every token for it is refused within a second.`,
      'Nobody gets a new one, whatever the rules say.',
    ],
    children: (
      <p class="soft">
        Connections are kept: when the server is enabled again, they go on. It stays disabled when the service
        starts again, also when the configuration names it.
      </p>
    ),
    action: serverPath('disable', identifier),
    fields: { server: identifier, version: server.version },
    button: 'Disable the server',
    back: { path: serverPath('server', identifier), text: name },
  });
}
