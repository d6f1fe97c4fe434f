import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.js';
import { openOnceListening } from '../../../test/support/eventually.js';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

describe('mcp-remote', () => {
  let service: Standalone;
  let folder: string;

  beforeAll(async () => {
    service = await startStandalone();
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-remote-'));
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Programs that open browsers, replaced by one that writes down what it was asked to open. */
  const recordingBrowser = async (): Promise<() => Promise<string>> => {
    const opened = join(folder, 'opened');
    for (const name of ['xdg-open', 'open', 'sensible-browser', 'x-www-browser']) {
      await writeFile(
        join(folder, name),
        `#!/bin/sh\nfor last; do :; done\nprintf %s "$last" > "${opened}"\n`,
      );
      await chmod(join(folder, name), 0o755);
    }
    return async () => {
      for (let attempt = 0; attempt < 300; attempt++) {
        const url = await readFile(opened, 'utf8').catch(() => '');
        if (url.startsWith('http')) return url;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('mcp-remote opened no browser.');
    };
  };

  it('connects a client that speaks over standard streams alone', async () => {
    const openedUrl = await recordingBrowser();
    const port = await freePort();
    let log = '';
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [
        join(import.meta.dirname, '../../../node_modules/mcp-remote/dist/proxy.js'),
        service.mcpUrl,
        String(port),
      ],
      env: {
        ...(process.env as Record<string, string>),
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        MCP_REMOTE_CONFIG_DIR: join(folder, 'config'),
      },
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const client = new Client({ name: 'test', version: '1.0.0' });
    const connected = client.connect(transport);
    const fromLog = async () => {
      for (let attempt = 0; attempt < 300; attempt++) {
        const [url] = /http\S+\/authorize\?\S+/.exec(log) ?? [];
        if (url) return url;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`mcp-remote showed no URL: ${log}`);
    };
    const { url } = await authorizeAsPerson(await Promise.any([openedUrl(), fromLog()]));
    expect((await openOnceListening(url)).status).toBe(200);
    await connected;
    const answer = await client.callTool({ name: 'echo', arguments: { message: 'through the proxy' } });
    expect(answer.content).toEqual([{ type: 'text', text: 'through the proxy' }]);
    await client.close();
  });
});
