import { Injectable } from '@nestjs/common';
import { McpResources, type ProtectedResource } from 'nestjs-mcp-auth';
import { adminServers } from '../config/admin-servers.js';
import { PublicAddress } from '../config/public-address.js';

/** The MCP servers that rules are for: who administers by access tokens is decided by their role. */
@Injectable()
export class RuledServers {
  private readonly others: ReadonlySet<string>;

  constructor(
    private readonly resources: McpResources,
    address: PublicAddress,
  ) {
    this.others = new Set(adminServers(address).map(({ identifier }) => identifier));
  }

  all(): ProtectedResource[] {
    return this.resources.all().filter(({ identifier }) => !this.others.has(identifier));
  }
}
