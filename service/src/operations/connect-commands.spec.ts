import { expect, it } from 'vitest';
import { connectCommands, listedName } from './connect-commands.js';

const URL_ = 'https://mcp.example.com/mcp';
const of = (client: string) => connectCommands(URL_).find((entry) => entry.client === client);

it('connects Claude Code and the Inspector by one command each', () => {
  expect(of('Claude Code')?.command).toBe(`claude mcp add --transport http company-tools ${URL_}`);
  expect(of('MCP Inspector')?.command).toBe(
    `npx @modelcontextprotocol/inspector --transport http --server-url ${URL_}`,
  );
});

it('offers the server to VS Code by command and by link', () => {
  const server = { name: 'company-tools', type: 'http', url: URL_ };
  const { command = '', link = '' } = of('VS Code') ?? {};
  expect(JSON.parse(/'(.*)'/.exec(command)?.[1] ?? '')).toEqual(server);
  expect(JSON.parse(decodeURIComponent(link.replace('vscode:mcp/install?', '')))).toEqual(server);
});

it('offers the server to Cursor by file and by link', () => {
  const { command = '', link = '', where } = of('Cursor') ?? {};
  expect(where).toBe('~/.cursor/mcp.json');
  expect(JSON.parse(command)).toEqual({ mcpServers: { 'company-tools': { url: URL_ } } });
  const parameters = new URL(link).searchParams;
  expect(parameters.get('name')).toBe('company-tools');
  expect(JSON.parse(Buffer.from(parameters.get('config') ?? '', 'base64').toString())).toEqual({ url: URL_ });
});

it('offers the server to each client by a link that it reads', () => {
  const [claude, goose] = ['Claude', 'Goose'].map((client) => new URL(of(client)?.link ?? ''));
  expect(Object.fromEntries(claude?.searchParams ?? [])).toEqual({
    modal: 'add-custom-connector',
    connectorName: 'company-tools',
    connectorUrl: URL_,
  });
  expect(Object.fromEntries(goose?.searchParams ?? [])).toMatchObject({ type: 'streamable_http', url: URL_ });
  const insiders = of('VS Code Insiders')?.link ?? '';
  const server = { name: 'company-tools', type: 'http', url: URL_ };
  expect(JSON.parse(decodeURIComponent(insiders.replace('vscode-insiders:mcp/install?', '')))).toEqual(
    server,
  );
});

it('offers no client that runs elsewhere a server that only this computer reaches', () => {
  const named = (url: string) => connectCommands(url).map(({ client }) => client);
  expect(named(URL_)).toEqual(expect.arrayContaining(['Claude', 'ChatGPT']));
  const left = named('http://localhost:3000/mcp');
  expect(left).toHaveLength(named(URL_).length - 2);
  for (const client of ['Claude', 'ChatGPT']) expect(left).not.toContain(client);
});

it('leaves a shell nothing to act on', () => {
  const hostile = "https://mcp.example.com/mcp?a=$(reboot)&b=';reboot";
  const commands = connectCommands(hostile).map(({ client, command }) => [client, command]);
  const word = "'https://mcp.example.com/mcp?a=$(reboot)&b=%27;reboot'";
  expect(commands).toContainEqual(['Claude Code', `claude mcp add --transport http company-tools ${word}`]);
  for (const [client = '', command = ''] of commands)
    if (client.startsWith('VS Code')) expect(command.split("'")).toHaveLength(3);
  for (const [client = '', command = ''] of commands)
    if (['Codex', 'Gemini CLI', 'MCP Inspector'].includes(client)) expect(command.endsWith(word)).toBe(true);
});

it.each([
  ['Company tools', 'company-tools'],
  ['  $(reboot) ', 'reboot'],
  ['文件', 'server'],
])('lists %j under a name that every client takes', (name, listed) => {
  expect(listedName(name)).toBe(listed);
});
