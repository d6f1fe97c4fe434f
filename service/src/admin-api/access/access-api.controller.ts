import { Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { DryRun } from '../../policy/dry-run.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import {
  ClientAccessListBody,
  ClientAccessQuery,
  everyAccessBody,
  PersonAccessQuery,
  serverAccessBody,
  ServerAccessListBody,
} from './access.body.js';

/** What somebody could do, before they try. */
@AdminRoute('access')
export class AccessApiController {
  constructor(private readonly dryRun: DryRun) {}

  @Get('person')
  @Needs('admin:read')
  @ApiOperation({ summary: 'What a person may with an application, at one MCP server or at each' })
  @ApiOkResponse({ type: ServerAccessListBody })
  async tryPersonAccess(
    @Query() { email, server, client = '' }: PersonAccessQuery,
  ): Promise<ServerAccessListBody> {
    if (server === undefined)
      return { items: everyAccessBody(await this.dryRun.everywhere({ email, client })) };
    return { items: [serverAccessBody(server, await this.dryRun.ask({ email, resource: server, client }))] };
  }

  @Get('client')
  @Needs('admin:read')
  @ApiOperation({
    summary: 'What an application may, whoever uses it: the rules that are for it, at each MCP server',
  })
  @ApiOkResponse({ type: ClientAccessListBody })
  async tryClientAccess(@Query() { client }: ClientAccessQuery): Promise<ClientAccessListBody> {
    const access = await this.dryRun.ofClientAlone(client);
    const items = access.map(({ server, rules }) => ({
      resource: server.identifier,
      rules: rules.map(({ name }) => name),
    }));
    return { items };
  }
}
