import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthTestClient } from './oauth-client.js';
import { ClientState } from './sdk-client-state.js';

/** A client of an MCP SDK, with the OAuth code of its own. */
export interface SdkClient {
  name: string;
  /** Connects, calls a tool and closes: its text. Fails where somebody must sign in first. */
  call: (url: string, state: ClientState, tool: string) => Promise<string>;
  finish: (url: string, state: ClientState, parameters: URLSearchParams) => Promise<void>;
}

const about = { name: 'test', version: '1.0.0' };
const textOf = (content: unknown) => (content as { text: string }[])[0]?.text ?? '';

const transport1 = (url: string, state: ClientState) =>
  new Transport1(new URL(url), { authProvider: state as never });
const transport2 = (url: string, state: ClientState) =>
  new StreamableHTTPClientTransport(new URL(url), { authProvider: state as never });

export const SDK_CLIENTS: SdkClient[] = [
  {
    name: 'the MCP SDK 1',
    async call(url, state, name) {
      const client = new Client1(about);
      await client.connect(transport1(url, state));
      const { content } = await client.callTool({ name });
      await client.close();
      return textOf(content);
    },
    finish: (url, state, parameters) => transport1(url, state).finishAuth(parameters.get('code') ?? ''),
  },
  {
    name: 'the MCP SDK 2 in 2026-07-28',
    async call(url, state, name) {
      const client = new Client(about, { versionNegotiation: { mode: 'auto' } });
      await client.connect(transport2(url, state));
      const { content } = await client.callTool({ name });
      await client.close();
      return textOf(content);
    },
    finish: (url, state, parameters) => transport2(url, state).finishAuth(parameters),
  },
];

/** Connects as somebody who has never been there, who agrees to what is asked, and calls a tool: its text. */
export async function callAsNewcomer(
  { name, call, finish }: SdkClient,
  person: OAuthTestClient,
  tool: string,
  url = person.service.resource,
): Promise<string> {
  const state = new ClientState(name);
  const refused = await call(url, state, tool).then(
    () => false,
    () => true,
  );
  if (!refused) throw new Error('Somebody who has not signed in is let in.');
  const asked = await person.browser.get(String(state.opened.at(-1)));
  const page = await person.follow(asked);
  const consent = page.url.includes('/sign-in') ? await person.signIn(page) : page;
  const location = (await person.approve(consent)).headers.get('location') ?? '';
  await finish(url, state, new URL(location).searchParams);
  return call(url, state, tool);
}
