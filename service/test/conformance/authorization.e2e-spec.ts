import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.js';
import { openOnceListening, within } from '../../../test/support/eventually.js';
import { installed, node, SUITE } from '../support/conformance-suite.js';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

describe.skipIf(!installed)('the official MCP conformance suite for authorization servers', () => {
  let service: Standalone;
  let results: string;

  beforeAll(async () => {
    service = await startStandalone();
    results = await mkdtemp(join(tmpdir(), 'mcp-auth-conformance-'));
  });
  afterAll(async () => {
    await service.close();
    await rm(results, { recursive: true, force: true });
  });

  const register = async (redirectUri: string): Promise<string> => {
    const response = await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    });
    const { client_id: clientId } = (await response.json()) as { client_id: string };
    return clientId;
  };

  it.each(['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'])(
    'finds nothing to complain about in %s',
    async (version) => {
      const port = await freePort();
      const folder = join(results, version);
      const suite = spawn(node, [
        SUITE,
        'authorization',
        `--url=${service.issuer}`,
        `--port=${port}`,
        `--client-id=${await register(`http://127.0.0.1:${port}/callback`)}`,
        `--spec-version=${version}`,
        `--output-dir=${folder}`,
      ]);
      let output = '';
      suite.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      suite.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = new Promise<number | null>((resolve) => suite.on('close', resolve));

      const authorizeUrl = () => /^http\S+\/authorize\?\S+$/m.exec(output)?.[0];
      await within(110_000, () => authorizeUrl() !== undefined || suite.exitCode !== null);
      const { url } = await authorizeAsPerson(authorizeUrl() ?? output);
      await openOnceListening(url);

      expect(await ended, output).toBe(0);
      const files = (await readdir(folder, { recursive: true })).filter((file) =>
        file.endsWith('checks.json'),
      );
      const checks = await Promise.all(
        files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Check[]),
      );
      const unsuccessful = checks.flat().filter(({ status }) => status !== 'SUCCESS');
      expect(unsuccessful).toEqual([]);
      expect(checks.flat().map(({ id }) => id)).toEqual(
        expect.arrayContaining(['authorization-server-metadata', 'authorization-code-grant']),
      );
    },
  );
});
