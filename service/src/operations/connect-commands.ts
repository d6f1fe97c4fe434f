/** How one MCP client is told of a server. */
export interface ConnectCommand {
  client: string;
  /** For a shell; or, when `where` names a file, what to write into it. */
  command: string;
  where?: string;
  /** Opens the client and offers the server to it. */
  link?: string;
}

/** The name that clients list the server under. */
const NAME = 'company-tools';

/** What connects each client to the MCP server at `mcpUrl`. */
export function connectCommands(mcpUrl: string): ConnectCommand[] {
  const vsCode = JSON.stringify({ name: NAME, type: 'http', url: mcpUrl });
  const cursor = { url: mcpUrl };
  const config = encodeURIComponent(Buffer.from(JSON.stringify(cursor)).toString('base64'));
  return [
    { client: 'Claude Code', command: `claude mcp add --transport http ${NAME} ${mcpUrl}` },
    {
      client: 'VS Code',
      command: `code --add-mcp '${vsCode}'`,
      link: `vscode:mcp/install?${encodeURIComponent(vsCode)}`,
    },
    {
      client: 'Cursor',
      command: JSON.stringify({ mcpServers: { [NAME]: cursor } }),
      where: '~/.cursor/mcp.json',
      link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${NAME}&config=${config}`,
    },
    {
      client: 'MCP Inspector',
      command: `npx @modelcontextprotocol/inspector --transport http --server-url ${mcpUrl}`,
    },
  ];
}
