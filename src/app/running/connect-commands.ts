/** What connects each client to an MCP server. */
export function connectCommands(mcpUrl: string): { client: string; command: string }[] {
  const name = 'company-tools';
  const server = JSON.stringify({ name, type: 'http', url: mcpUrl });
  const cursor = JSON.stringify({ mcpServers: { [name]: { url: mcpUrl } } });
  return [
    { client: 'Claude Code', command: `claude mcp add --transport http ${name} ${mcpUrl}` },
    { client: 'VS Code', command: `code --add-mcp '${server}'` },
    { client: 'Cursor (~/.cursor/mcp.json)', command: cursor },
    {
      client: 'MCP Inspector',
      command: `npx @modelcontextprotocol/inspector --transport http --server-url ${mcpUrl}`,
    },
  ];
}
