/** How one MCP client is told of a server. */
export interface ConnectCommand {
  client: string;
  /** For a shell; or, when there is a `where`, what to put there. */
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
  return [
    { client: 'Claude Code', command: `claude mcp add --transport http ${name} ${word}` },
    ...fromElsewhere(mcpUrl, name),
    ...editors(mcpUrl, name),
    { client: 'Codex', command: `codex mcp add ${name} --url ${word}` },
    { client: 'Gemini CLI', command: `gemini mcp add --transport http ${name} ${word}` },
    {
      client: 'Goose',
      command: mcpUrl,
      where: 'Extensions → Add custom extension → Streamable HTTP',
      link: `goose://extension?${query({ type: 'streamable_http', url: mcpUrl, id: name, name, description: name })}`,
    },
    {
      client: 'MCP Inspector',
      command: `npx @modelcontextprotocol/inspector --transport http --server-url ${word}`,
    },
  ];
}

/** Clients that do not run on the person's computer: what is there alone, they do not reach. */
function fromElsewhere(mcpUrl: string, name: string): ConnectCommand[] {
  if (!mcpUrl.startsWith('https:')) return [];
  const claude = query({ modal: 'add-custom-connector', connectorName: name, connectorUrl: mcpUrl });
  return [
    {
      client: 'Claude',
      command: mcpUrl,
      where: 'Settings → Connectors → Add custom connector',
      link: `https://claude.ai/customize/connectors?${claude}`,
    },
    {
      client: 'ChatGPT',
      command: mcpUrl,
      where: 'Settings → Apps → Advanced settings → Developer mode, then Create, with OAuth',
    },
  ];
}

function editors(mcpUrl: string, name: string): ConnectCommand[] {
  const vsCode = JSON.stringify({ name, type: 'http', url: mcpUrl });
  const quoted = `'${vsCode.replaceAll("'", '\\u0027')}'`;
  const cursor = { url: mcpUrl };
  const config = Buffer.from(JSON.stringify(cursor)).toString('base64');
  return [
    {
      client: 'VS Code',
      command: `code --add-mcp ${quoted}`,
      link: `vscode:mcp/install?${encodeURIComponent(vsCode)}`,
    },
    {
      client: 'VS Code Insiders',
      command: `code-insiders --add-mcp ${quoted}`,
      link: `vscode-insiders:mcp/install?${encodeURIComponent(vsCode)}`,
    },
    {
      client: 'Cursor',
      command: JSON.stringify({ mcpServers: { [name]: cursor } }),
      where: '~/.cursor/mcp.json',
      link: `cursor://anysphere.cursor-deeplink/mcp/install?${query({ name, config })}`,
    },
    {
      client: 'Windsurf',
      command: JSON.stringify({ mcpServers: { [name]: { serverUrl: mcpUrl } } }),
      where: '~/.codeium/windsurf/mcp_config.json',
    },
    {
      client: 'Zed',
      command: JSON.stringify({ context_servers: { [name]: { url: mcpUrl } } }),
      where: 'zed: open settings file',
    },
  ];
}

/** As every client reads it: a space is no plus sign for all of them. */
function query(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** What clients may list a server under, by what people call it. */
export function listedName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replaceAll(/^-|-$/g, '').slice(0, 40) || 'server';
}
