import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AccountDirectory, type McpAccount } from 'nestjs-mcp-auth';

@Injectable()
export class TeamAccounts extends AccountDirectory {
  async find(accountId: string): Promise<McpAccount | null> {
    return { id: accountId };
  }

  override async endSignIn(_request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.appendHeader('Set-Cookie', 'team_session=; Path=/; Max-Age=0; HttpOnly; Secure');
  }
}
