import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { DEVICE_GRANT_TYPE, displayText, redirectHost } from 'nestjs-mcp-auth/service-kit';
import { programName } from '../config/client-selector.js';
import { ApprovalRequest } from './entities/approval-request.entity.js';

/** Requests that a message is made of. */
const MOST = 200;

/** What a message says of a kind of clients that somebody waits for. It names nobody. */
export interface WaitingApplication {
  /** As rules name it; the client's id where it is of no kind. */
  kind: string;
  /** As the application calls itself, which proves nothing. */
  name: string | null;
  redirect_hosts: string[];
  /** Whether the application's name is its own claim. */
  verified: boolean;
  servers: string[];
  people: number;
  clients: number;
}

/** The kinds of clients that somebody waits for, as messages tell of them. */
@Injectable()
export class WaitingApplications {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** Null where nobody waits for it any more. */
  async ofKind(kind: string): Promise<WaitingApplication | null> {
    const requests = await this.dataSource
      .getRepository(ApprovalRequest)
      .find({ where: { kind }, order: { requestedAt: 'DESC' }, take: MOST });
    const [newest] = requests;
    if (!newest) return null;
    const count = (of: (request: ApprovalRequest) => string) => new Set(requests.map(of)).size;
    const hosts = requests
      .map(({ redirectUri }) => redirectUri)
      .filter((uri) => uri !== DEVICE_GRANT_TYPE)
      .map(redirectHost);
    return {
      kind,
      name: displayText(programName(kind) ?? newest.clientName ?? '') || null,
      redirect_hosts: [...new Set(hosts)],
      verified: requests.every(({ clientId }) => clientId.startsWith('https://')),
      servers: [...new Set(requests.map(({ resource }) => resource))],
      people: count(({ userId }) => userId),
      clients: count(({ clientId }) => clientId),
    };
  }
}
