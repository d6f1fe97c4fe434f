import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PublicAddress } from '../config/public-address.js';
import { Users } from '../people/users.js';
import { PolicyStore } from '../policy/policy-store.js';
import { ServicePolicy } from '../policy/service-policy.js';
import { ExampleConfig } from '../config/example-config.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { homePage } from './pages/home.page.js';

/** Where everybody begins: the servers that they may use. */
@Controller()
@InNavigation({ text: 'Start', place: 1 })
@SignedIn()
export class HomeController {
  constructor(
    private readonly address: PublicAddress,
    private readonly example: ExampleConfig,
    private readonly store: PolicyStore,
    private readonly policy: ServicePolicy,
    private readonly users: Users,
    private readonly connections: McpConnections,
    private readonly frames: Frames,
  ) {}

  @Get()
  async show(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    const [account, connections] = await Promise.all([
      this.users.account({ subject: viewer.subject }),
      this.connections.ofUser(viewer.subject),
    ]);
    const servers = account ? this.policy.serversOf(account) : [];
    const { enabled, mcpUrl } = this.example;
    const page = homePage({
      frame: this.frames.of(request, response),
      viewer,
      issuer: this.address.issuer,
      servers: servers.map(({ identifier, name }) => ({
        identifier,
        name,
        connections: connections.filter(({ resource }) => resource === identifier),
      })),
      openExample: enabled && this.store.isExampleOpen ? mcpUrl : null,
    });
    response.set(PAGE_HEADERS).send(page);
  }
}
