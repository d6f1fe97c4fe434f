import { Injectable } from '@nestjs/common';
import { DEVICE_GRANT_TYPE, displayText, redirectHost } from 'nestjs-mcp-auth/service-kit';
import { programName } from '../config/client-selector.js';
import type { ApprovalRequest } from './entities/approval-request.entity.js';
import { RequestStore } from './request-store.js';

/** What a message says of a kind of clients that somebody waits for. It names nobody. */
export interface WaitingApplication {
  /** As rules name it; the client's id where it is of no kind. */
  kind: string;
  /** As the application calls itself, which proves nothing. */
  name: string | null;
  redirect_hosts: string[];
  /** Whether a domain vouches for it: each of these clients is known by where its metadata is published. */
  verified: boolean;
  servers: string[];
  people: number;
  clients: number;
}

/** The kinds of clients that somebody waits for, as messages tell of them. */
@Injectable()
export class WaitingApplications {
  constructor(private readonly requests: RequestStore) {}

  /** Null where nobody waits for it any more. */
  async ofKind(kind: string): Promise<WaitingApplication | null> {
    const requests = await this.requests.ofKind(kind);
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
