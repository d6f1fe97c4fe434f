import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ForeignFetch, ForeignFetchError } from 'nestjs-mcp-auth/service-kit';
import { PublicAddress } from '../config/public-address.js';
import { ServerCheckConfig } from '../config/server-check-config.js';
import type { Server } from './server-changes.js';
import {
  challengeFindings,
  defaultMetadataUrl,
  type Finding,
  metadataFindings,
  metadataUrlOf,
} from './server-findings.js';

/** What every MCP client sends first. */
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'nestjs-mcp-auth-service check', version: '1' },
  },
});

/** Looks at an MCP server as a client does that has no token yet, and says what it finds. It changes nothing. */
@Injectable()
export class ServerCheck implements OnApplicationShutdown {
  /** Of what administrators name. */
  private readonly own: ForeignFetch;
  /** Of what a server names: it leads nobody into networks that it is not in itself. */
  private readonly foreign = new ForeignFetch();

  constructor(
    private readonly address: PublicAddress,
    { networks }: ServerCheckConfig,
  ) {
    this.own = new ForeignFetch({ allowLoopback: address.isLoopback, networks });
  }

  async look(server: Server): Promise<Finding[]> {
    const { identifier, enabled } = server;
    const state = enabled ? [] : [wrong('It is disabled here: clients get no tokens for it.')];
    let url = defaultMetadataUrl(identifier);
    try {
      const answer = await this.own.ask(identifier, INITIALIZE);
      url = metadataUrlOf(answer) ?? url;
      state.push(...challengeFindings(answer, identifier));
    } catch (error) {
      return [...state, wrong(`${identifier} does not answer: ${reason(error)}`)];
    }
    try {
      const isOwn = URL.canParse(url) && new URL(url).origin === new URL(identifier).origin;
      const { content } = await (isOwn ? this.own : this.foreign).json(url);
      return [...state, ...metadataFindings(content, { url, server, issuer: this.address.issuer })];
    } catch (error) {
      return [...state, wrong(`Its metadata at ${url} cannot be had: ${reason(error)} ${METADATA_HINT}`)];
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.own.close(), this.foreign.close()]);
  }
}

const METADATA_HINT =
  'Without it a client does not learn which service signs people in. The page of this server has the document to serve there.';

/** What Node.js says of a name without an address. */
const UNKNOWN_NAME = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME']);

function wrong(sentence: string): Finding {
  return { isRight: false, sentence };
}

function reason(error: unknown): string {
  if (!(error instanceof ForeignFetchError)) throw error;
  if (error.message !== 'It is not at a public address.') return error.message;
  if (isUnknownName(error.cause)) return 'nobody knows its name: no name server has an address for it.';
  return 'it is not at a public address. For servers in your own network, name the network in MCP_AUTH_SERVER_NETWORKS.';
}

/** Whether a look-up of a name ended without an address; strangers are told no difference, administrators are. */
function isUnknownName(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    (UNKNOWN_NAME.has(String((cause as NodeJS.ErrnoException).code)) || isUnknownName(cause.cause))
  );
}
