import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestTokens } from 'nestjs-mcp-auth/testing';
import { McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { addDiagnostics } from './diagnostics.js';
import { startStandalone, type Standalone } from '../support/standalone.js';
import { installed, node, SUITE } from '../support/conformance-suite.js';

const run = promisify(execFile);

interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

/** What is of the SDK that serves, and neither of the guard nor of the example: requests to the client, and extensions. */
const OF_THE_SDK = [
  /\btest_(input_required|elicitation|sampling|tool_with_logging|reconnection)\w*|\bjson_schema_2020_12_tool\b/,
  /^Not testable: server exposes no tool with x-mcp-header annotations/,
];
/** What a server may leave out, and steps of scenarios whose first step is of the SDK. */
const LEFT_OUT = [
  'logging-set-level',
  'resources-subscribe',
  'resources-unsubscribe',
  'tools-call-with-logging',
  'sep-2322-multi-round-r1',
  'sep-2322-reject-tampered-state',
];
const CONTENTS = [
  'completion-complete',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'resources-read-binary',
  'resources-read-text',
  'resources-templates-read',
  'tools-call-audio',
  'tools-call-error',
  'tools-call-image',
  'tools-call-simple-text',
  'tools-call-with-progress',
];
const HANDSHAKE = [...CONTENTS, 'server-initialize', 'ping', 'tools-list', 'prompts-list', 'resources-list'];
const OF_2026 = [
  ...CONTENTS,
  'localhost-host-rebinding-rejected',
  'prompts-list',
  'resources-list',
  'sep-2164-error-code',
  'sep-2243-server-reject-error-code',
  'sep-2549-tools-list-caching-hints',
  'sep-2575-http-server-method-not-found-404-resources-subscribe',
  'sep-2575-http-server-no-independent-requests-on-stream',
  'sep-2575-missing-capability-http-400',
  'sep-2575-server-no-log-without-loglevel',
  'sep-2575-server-rejects-undeclared-capability',
  'sep-2575-server-tags-subscription-id',
  'tools-list',
];

/** The example server as it is, and what the suite calls beside it. */
function letItHaveDiagnostics(): MockInstance {
  const registerTool = Reflect.get(McpServer.prototype, 'registerTool');
  const spy = vi.spyOn(McpServer.prototype, 'registerTool');
  return spy.mockImplementation(function (this: McpServer, ...given: unknown[]) {
    const registered = Reflect.apply(registerTool, this, given) as never;
    if (given[0] === 'whoami') addDiagnostics(this);
    return registered;
  });
}

describe.skipIf(!installed)('the official MCP conformance suite for servers', () => {
  let service: Standalone;
  let proxy: Server;
  let results: string;
  let withDiagnostics: MockInstance;

  beforeAll(async () => {
    withDiagnostics = letItHaveDiagnostics();
    service = await startStandalone();
    results = await mkdtemp(join(tmpdir(), 'mcp-auth-conformance-'));
    const token = await TestTokens.of(service.application).issue();
    const { port } = new URL(service.mcpUrl);
    proxy = createServer((incoming, outgoing) => {
      const { port: ours } = proxy.address() as AddressInfo;
      const host = incoming.headers.host?.replace(`:${ours}`, `:${port}`);
      const headers = { ...incoming.headers, host, authorization: `Bearer ${token}` };
      const forwarded = request(service.mcpUrl, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        outgoing.once('close', () => answer.destroy());
      });
      incoming.pipe(forwarded);
    }).listen(0);
  });
  afterAll(async () => {
    withDiagnostics.mockRestore();
    proxy.closeAllConnections();
    proxy.close();
    await service.close();
    await rm(results, { recursive: true, force: true });
  });

  it.each([
    ['2026-07-28', 'all', OF_2026],
    ['2025-11-25', 'active', [...HANDSHAKE, 'localhost-host-rebinding-rejected']],
    ['2025-06-18', 'active', HANDSHAKE],
  ])(
    'runs to the end in %s and finds nothing to complain about, through a proxy that adds the token',
    async (version, suite, successes) => {
      const folder = join(results, version);
      const url = `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`;
      const { stdout } = await run(
        node,
        [SUITE, 'server', `--url=${url}`, `--suite=${suite}`, `--spec-version=${version}`, '-o', folder],
        { maxBuffer: 64_000_000 },
      ).catch((error: { stdout: string }) => error);
      expect(stdout).toMatch(/^Total: \d+ passed, \d+ failed$/m);
      const files = (await readdir(folder, { recursive: true })).filter((file) =>
        file.endsWith('checks.json'),
      );
      const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      const checks = texts.flatMap((text) => JSON.parse(text) as Check[]);
      const complaints = checks.filter(
        ({ id, status, errorMessage = '' }) =>
          status === 'FAILURE' &&
          !OF_THE_SDK.some((pattern) => pattern.test(errorMessage)) &&
          !LEFT_OUT.includes(id),
      );
      expect(complaints).toEqual([]);
      const succeeded = checks.filter(({ status }) => status === 'SUCCESS').map(({ id }) => id);
      expect(succeeded).toEqual(expect.arrayContaining(successes));
    },
  );
});
