import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Standalone } from './standalone.js';

export interface ToolAnswer {
  isError: boolean;
  text: string;
  /** Null of an error. */
  value: Record<string, unknown> | null;
}

/** A client of the MCP SDK at the admin MCP server. */
export async function connectAdminMcp(service: Standalone, token: string) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${service.issuer}/admin/mcp`), { requestInit }),
  );
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer> => {
    const { content, isError = false } = await client.callTool({ name, arguments: args });
    const [{ text = '' } = {}] = content as { text?: string }[];
    return { isError, text, value: isError ? null : (JSON.parse(text) as Record<string, unknown>) };
  };
  return { client, call };
}

/** The bare call of a tool, as it goes over the wire. */
export function postTool(
  service: Standalone,
  token: string,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Response> {
  return fetch(`${service.issuer}/admin/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args },
    }),
  });
}
