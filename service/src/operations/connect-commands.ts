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

/** What a shell takes as one word. */
const PLAIN = /^[A-Za-z0-9_.:/~%@+=,-]+$/;

/** What connects each client to the MCP server at `mcpUrl`. @param name that clients list it under. */
export function connectCommands(mcpUrl: string, name = NAME): ConnectCommand[] {
  // A URL may hold what a shell acts on; of quotes it needs none.
  const word = PLAIN.test(mcpUrl) ? mcpUrl : `'${mcpUrl.replaceAll("'", '%27')}'`;
  const vsCode = JSON.stringify({ name, type: 'http', url: mcpUrl });
  const cursor = { url: mcpUrl };
  const config = encodeURIComponent(Buffer.from(JSON.stringify(cursor)).toString('base64'));
  return [
    { client: 'Claude Code', command: `claude mcp add --transport http ${name} ${word}` },
    {
      client: 'VS Code',
      command: `code --add-mcp '${vsCode.replaceAll("'", '\\u0027')}'`,
      link: `vscode:mcp/install?${encodeURIComponent(vsCode)}`,
    },
    {
      client: 'Cursor',
      command: JSON.stringify({ mcpServers: { [name]: cursor } }),
      where: '~/.cursor/mcp.json',
      link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${name}&config=${config}`,
    },
    {
      client: 'MCP Inspector',
      command: `npx @modelcontextprotocol/inspector --transport http --server-url ${word}`,
    },
  ];
}

/** What clients may list a server under, by what people call it. */
export function listedName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replaceAll(/^-|-$/g, '').slice(0, 40) || 'server';
}
