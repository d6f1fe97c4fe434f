import { Injectable } from '@nestjs/common';
import { type ClaimsContext, ClaimsProvider } from 'nestjs-mcp-auth';

@Injectable()
export class TeamClaims extends ClaimsProvider {
  override async accessToken({ account }: ClaimsContext): Promise<Record<string, unknown>> {
    return { team: await this.teamOf(account.id) };
  }

  override async userInfo({ account }: ClaimsContext): Promise<Record<string, unknown>> {
    return { team: await this.teamOf(account.id) };
  }

  private async teamOf(accountId: string): Promise<string> {
    return accountId === 'alice' ? 'research' : 'sales';
  }
}
