import type { ServiceOptions } from './app.js';
import { McpServer } from './mcp-server.js';
import type { TestService } from './app.js';

/** Identifier of the third server. */
export const REMOTE = 'https://remote.example/mcp';

/** Notes may call files, files the remote one, and that one notes: a circle. */
export const DELEGATIONS: Pick<ServiceOptions, 'remoteResource' | 'moreFileScopes' | 'delegations'> = {
  remoteResource: REMOTE,
  moreFileScopes: { 'files:write': 'Write files', 'notes:write': 'Write notes, too' },
  delegations: ({ resource, secondResource }) => [
    { from: resource, to: secondResource, scopes: ['files:read', 'notes:write'] },
    { from: resource, to: secondResource, scopes: ['files:write'], requires: ['notes:write'] },
    { from: secondResource, to: REMOTE, scopes: ['tools:use'] },
    { from: REMOTE, to: resource, scopes: ['notes:read'] },
  ],
};

/** The servers of notes, files and the remote one. */
export function delegatingServers(service: TestService) {
  const [notes, files, remote] = McpServer.all(service);
  return { notes, files, remote };
}
