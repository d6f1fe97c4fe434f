import {
  Client,
  DpopSession,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import type { ClientState } from '../../../test/support/sdk-client-state.js';
import { describeMcpClient, type McpClientLibrary } from './mcp-flow.js';

const transport = (mcpUrl: string, state: ClientState) =>
  new StreamableHTTPClientTransport(new URL(mcpUrl), {
    authProvider: state as unknown as OAuthClientProvider,
  });

const sdk = (
  name: string,
  protocolVersion: string,
  more: Partial<McpClientLibrary> = {},
  provided: object = {},
) =>
  describeMcpClient(name, {
    async connect(mcpUrl, state) {
      // By itself it speaks the revisions that begin with `initialize`, and asks for nothing newer.
      const mode = protocolVersion > '2025-11-25' ? 'auto' : 'legacy';
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
      await client.connect(transport(mcpUrl, Object.assign(state, provided)));
      expect(client.getNegotiatedProtocolVersion()).toBe(protocolVersion);
      return {
        toolNames: async () => (await client.listTools()).tools.map(({ name: tool }) => tool),
        call: async (tool, args = {}) => {
          const { content } = await client.callTool({ name: tool, arguments: args });
          return (content as { text: string }[])[0]?.text ?? '';
        },
        close: () => client.close(),
      };
    },
    finish: (mcpUrl, state, parameters) => transport(mcpUrl, state).finishAuth(parameters),
    ...more,
  });

sdk('MCP SDK 2.x client', '2026-07-28');

sdk('MCP SDK 2.x client in an older revision', '2025-11-25');

const session = DpopSession.create();
sdk(
  'MCP SDK 2.x client with tokens that are bound to its key, and nonces (RFC 9449)',
  '2026-07-28',
  // Proofs are made by this computer's clock: a token is over before theirs is too far off.
  {
    environment: { MCP_AUTH_DPOP: 'required', MCP_AUTH_DPOP_NONCES: 'on', MCP_AUTH_ACCESS_TOKEN_TTL: '120' },
    tokenAge: 200,
  },
  { dpop: () => session },
);
