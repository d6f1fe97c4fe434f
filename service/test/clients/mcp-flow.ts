import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientState } from '../../../test/support/sdk-client-state.js';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

export interface ConnectedClient {
  toolNames(): Promise<string[]>;
  /** The text the tool answers. */
  call(name: string, args?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export interface McpClientLibrary {
  /** How the service is configured. */
  environment?: NodeJS.ProcessEnv;
  /** Seconds after which an access token is over. Default 3,700. */
  tokenAge?: number;
  beforeStepUp?(state: ClientState): void;
  connect(mcpUrl: string, state: ClientState): Promise<ConnectedClient>;
  finish(mcpUrl: string, state: ClientState, parameters: URLSearchParams): Promise<void>;
}

/** The whole life of a connection, driven by a library's own OAuth code. */
export function describeMcpClient(name: string, library: McpClientLibrary): void {
  describe(name, () => {
    let service: Standalone;
    const state = new ClientState(name);

    beforeAll(async () => {
      service = await startStandalone(library.environment);
    });
    afterAll(() => service.close());

    const authorize = async () => {
      const { parameters } = await authorizeAsPerson(String(state.opened.at(-1)));
      expect(parameters.get('iss')).toBe(service.issuer);
      await library.finish(service.mcpUrl, state, parameters);
    };

    it('discovers, registers, signs in, consents and calls a tool', async () => {
      await expect(library.connect(service.mcpUrl, state)).rejects.toThrow();
      expect(state.opened).toHaveLength(1);
      await authorize();
      const client = await library.connect(service.mcpUrl, state);
      expect(await client.toolNames()).toEqual(['echo', 'whoami', 'delete_note']);
      expect(await client.call('echo', { message: 'hello' })).toBe('hello');
      expect(JSON.parse(await client.call('whoami'))).toMatchObject({
        clientId: state.information?.client_id,
        scopes: ['mcp:tools'],
        resource: service.mcpUrl,
      });
      await client.close();
    });

    it('steps up to a scope that the first challenge did not name', async () => {
      const client = await library.connect(service.mcpUrl, state);
      library.beforeStepUp?.(state);
      await expect(client.call('delete_note', { id: '7' })).rejects.toThrow();
      expect(state.opened.at(-1)?.searchParams.get('scope')).toContain('notes:delete');
      await authorize();
      const again = await library.connect(service.mcpUrl, state);
      expect(await again.call('delete_note', { id: '7' })).toBe('The note 7 is deleted.');
      await client.close();
      await again.close();
    });

    it('refreshes by itself when the access token has expired', async () => {
      const before = state.saved;
      service.clock.advance(library.tokenAge ?? 3_700);
      const client = await library.connect(service.mcpUrl, state);
      expect(await client.toolNames()).toHaveLength(3);
      expect(state.saved?.access_token).not.toBe(before?.access_token);
      expect(state.saved?.refresh_token).not.toBe(before?.refresh_token);
      await client.close();
    });
  });
}
