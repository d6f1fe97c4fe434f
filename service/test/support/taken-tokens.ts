import type { Standalone } from './standalone.js';

/** Whether the MCP server of the service takes an access token, whatever it allows. */
export async function isTaken({ mcpUrl }: Pick<Standalone, 'mcpUrl'>, accessToken: string): Promise<boolean> {
  const { status } = await fetch(mcpUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  return status !== 401;
}
