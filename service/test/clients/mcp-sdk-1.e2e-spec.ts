import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type { ClientState } from '../../../test/support/sdk-client-state.js';
import { describeMcpClient } from './mcp-flow.js';

const transport = (mcpUrl: string, state: ClientState) =>
  new StreamableHTTPClientTransport(new URL(mcpUrl), {
    authProvider: state as unknown as OAuthClientProvider,
  });

describeMcpClient('MCP SDK 1.x client', {
  // With a refresh token at hand, SDK 1.x refreshes at a 403 instead of asking for more, and gives up.
  beforeStepUp(state) {
    if (state.saved) delete state.saved.refresh_token;
  },
  async connect(mcpUrl, state) {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport(mcpUrl, state));
    return {
      toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args = {}) => {
        const { content } = await client.callTool({ name, arguments: args });
        return (content as { text: string }[])[0]?.text ?? '';
      },
      close: () => client.close(),
    };
  },
  finish: (mcpUrl, state, parameters) => transport(mcpUrl, state).finishAuth(parameters.get('code') ?? ''),
});
