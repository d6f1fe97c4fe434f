import { Injectable } from '@nestjs/common';
import { McpLogout } from 'nestjs-mcp-auth';

@Injectable()
export class TeamSessions {
  constructor(private readonly logout: McpLogout) {}

  async end(sid: string): Promise<void> {
    // … the session of your own ends, and then:
    await this.logout.signedOut(sid);
  }
}
