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

it('leaves a shell nothing to act on', () => {
  const hostile = "https://mcp.example.com/mcp?a=$(reboot)&b=';reboot";
  const commands = connectCommands(hostile).map(({ client, command }) => [client, command]);
  const word = "'https://mcp.example.com/mcp?a=$(reboot)&b=%27;reboot'";
  expect(commands).toContainEqual(['Claude Code', `claude mcp add --transport http company-tools ${word}`]);
  const vsCode = connectCommands(hostile).find(({ client }) => client === 'VS Code')?.command ?? '';
  expect(vsCode.split("'")).toHaveLength(3);
});

it.each([
  ['Company tools', 'company-tools'],
  ['  $(reboot) ', 'reboot'],
  ['文件', 'server'],
])('lists %j under a name that every client takes', (name, listed) => {
  expect(listedName(name)).toBe(listed);
});
