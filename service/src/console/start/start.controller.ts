import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections, McpResources } from 'nestjs-mcp-auth';
import { Users } from '../../people/users.js';
import { Approvals } from '../../policy/approvals.js';
import { PolicyStore } from '../../policy/policy-store.js';
import { ServicePolicy, type UsableServers } from '../../policy/service-policy.js';
import { ExampleConfig } from '../../config/example-config.js';
import { type CursorCheck, pageOf, readCursor } from '../../web/cursor.js';
import { formText } from '../../web/form-text.js';
import { Frames } from '../../web/frame.js';
import { InNavigation } from '../../web/navigation.js';
import { COPY_PAGE_HEADERS } from '../../web/page-headers.js';
import { SignedIn } from '../../web/roles.js';
import { Viewer } from '../../web/viewer.js';
import { AttentionReader } from '../overview/attention.js';
import { startPage } from './pages/start.page.js';

/** Servers that are shown with what connects each client to them: the page stays below 60 kB. */
const MOST_IN_FULL = 4;
const BY_IDENTIFIER: readonly CursorCheck[] = [(value) => URL.canParse(value)];

const NONE: UsableServers = { servers: [], askAgain: null };

/** Where everybody begins: the servers that they may use, and what they wait for; for others than members, what waits for them. */
@Controller()
@InNavigation({ text: 'Start', place: 1 })
@SignedIn()
export class StartController {
  constructor(
    private readonly example: ExampleConfig,
    private readonly store: PolicyStore,
    private readonly policy: ServicePolicy,
    private readonly approvals: Approvals,
    private readonly users: Users,
    private readonly resources: McpResources,
    private readonly connections: McpConnections,
    private readonly attention: AttentionReader,
    private readonly frames: Frames,
  ) {}

  @Get()
  async show(
    @Viewer() viewer: Viewer,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const cursor = readCursor(query, BY_IDENTIFIER, '/', ['server']);
    const [account, connections, requests, attention] = await Promise.all([
      this.users.account({ subject: viewer.subject }),
      this.connections.ofUser(viewer.subject),
      this.approvals.waitedForBy(viewer.subject),
      viewer.role === 'member' ? null : this.attention.read(),
    ]);
    const { servers, askAgain } = account ? this.policy.serversOf(account) : NONE;
    const names = new Map(this.resources.all().map(({ identifier, name }) => [identifier, name]));
    const { enabled, mcpUrl } = this.example;
    const usable = servers.map(({ identifier, name }) => ({
      identifier,
      name,
      isOpenToAll: enabled && this.store.isExampleOpen && identifier === mcpUrl,
      connections: connections.filter(({ resource }) => resource === identifier),
    }));
    const isMany = usable.length > MOST_IN_FULL;
    const one = usable.find(({ identifier }) => isMany && identifier === formText(query['server']));
    const list = { page: pageOf(usable, cursor, ({ identifier }) => identifier), count: usable.length };
    const page = startPage({
      frame: this.frames.of(request, response),
      viewer,
      attention,
      askAgain,
      ...(one || !isMany ? { servers: one ? [one] : usable } : { servers: [], list }),
      isOneOfMany: one !== undefined,
      requests: requests.map(({ id, clientName, redirectUri, resource, requestedAt }) => ({
        id,
        clientName,
        redirectUri,
        server: names.get(resource) ?? resource,
        requestedAt,
      })),
    });
    response.set(COPY_PAGE_HEADERS).send(page);
  }
}
