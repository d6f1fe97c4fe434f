import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './oauth-client.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on loopback where clients keep their metadata documents and keys. */
export class DocumentServer {
  /** Paths that were asked for, in order. */
  readonly requests: string[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<DocumentServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const documents = new DocumentServer(server, `http://127.0.0.1:${port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      documents.requests.push(request.url ?? '');
      const answer = documents.answers.get(request.url ?? '');
      if (answer) answer(request, response);
      else response.writeHead(404).end();
    });
    return documents;
  }

  url(path: string): string {
    return this.origin + path;
  }

  serve(path: string, document: unknown, headers: Record<string, string> = {}): void {
    this.answer(path, (_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(document)),
    );
  }

  answer(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  /** The document of a client at a path, right in all its members. */
  client(path: string, metadata: Json = {}): Json {
    return {
      client_id: this.url(path),
      client_name: 'Document client',
      redirect_uris: ['https://client.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
