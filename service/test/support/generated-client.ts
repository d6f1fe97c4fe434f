import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openApi, undocumented } from './documented.js';
import type { Standalone } from './standalone.js';

export interface Outcome {
  data?: Record<string, unknown>;
  error?: Record<string, unknown>;
  response: Response;
}

/** The functions of a generated client, one for each operation. */
type Operations = Record<string, (options?: Record<string, unknown>) => Promise<Outcome>>;

export interface GeneratedClient {
  /** Their names. */
  operations: string[];
  run(name: string, options?: Record<string, unknown>): Promise<Outcome>;
  close(): Promise<void>;
}

/** A client that is generated from the description of the admin API, every answer of which must be as that says. */
export async function generateClient(service: Standalone, token: string): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-client-'));
  const document = await openApi(service);
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(document));
  // In a process of its own: a service that stands still answers 503.
  const plugins = ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'];
  const generator = join(import.meta.dirname, '../../../node_modules/.bin/openapi-ts');
  const places = ['-i', join(folder, 'openapi.json'), '-o', join(folder, 'client')];
  await promisify(execFile)(generator, [...places, '-p', ...plugins, '-s', '--no-log-file']);
  const operations = (await import(join(folder, 'client/sdk.gen.ts'))) as Operations;
  const { client } = (await import(join(folder, 'client/client.gen.ts'))) as {
    client: { setConfig(config: object): void };
  };
  const faults: string[] = [];
  const checked = async (request: Request) => {
    const response = await fetch(request);
    const text = await response.clone().text();
    const body = text === '' ? {} : (JSON.parse(text) as unknown);
    const { status, headers } = response;
    faults.push(
      ...undocumented(document, { method: request.method, url: request.url, status, headers, body }),
    );
    return response;
  };
  client.setConfig({ baseUrl: new URL(service.issuer).origin, auth: () => token, fetch: checked });
  return {
    operations: Object.keys(operations),
    run: async (name, options) => {
      const operation = operations[name];
      if (!operation) throw new Error(`There is no operation ${name}.`);
      const outcome = await operation(options);
      if (faults.length > 0) throw new Error(faults.join('; '));
      return outcome;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
