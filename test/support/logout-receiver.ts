import { Injectable } from '@nestjs/common';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type AuditEvent, AuditLog, type ClientOptions } from '../../src/index.js';
import { BackchannelLogout } from '../../src/interaction/backchannel-logout.js';
import type { TestService } from './app.js';

/** What the audit says of clients that were told, the last at the end. */
export const notified: AuditEvent[] = [];

@Injectable()
export class NotificationLog extends AuditLog {
  override record(event: AuditEvent): void {
    if (event.action === 'logout.notify') notified.push(event);
  }
}

/** A client that the options name, and that hears there. */
export const houseAt = (backchannelLogoutUri: string): ClientOptions => ({
  clientId: 'house',
  clientSecret: 'a secret of the house, which is long enough',
  redirectUris: ['https://client.example/callback'],
  backchannelLogoutUri,
});

/** One round of telling, now. */
export const tellClients = ({ application }: TestService): Promise<void> =>
  application.get(BackchannelLogout, { strict: false }).round();

/** What a client is sent. */
export interface ReceivedLogout {
  path: string;
  type: string | undefined;
  token: string;
}

/** A web server on loopback where clients hear of logouts. Each path answers as it is told to, and with 200 by default. */
export class LogoutReceiver {
  readonly received: ReceivedLogout[] = [];
  private readonly answers = new Map<string, (response: ServerResponse) => void>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<LogoutReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new LogoutReceiver(server, `http://127.0.0.1:${port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void receiver.receive(request, response);
    });
    return receiver;
  }

  answer(path: string, answer: (response: ServerResponse) => void): void {
    this.answers.set(path, answer);
  }

  at(path: string): ReceivedLogout[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', method, headers } = request;
    const form = new URLSearchParams(await text(request));
    if (method === 'POST' || path === '/elsewhere')
      this.received.push({ path, type: headers['content-type'], token: form.get('logout_token') ?? '' });
    const answer = this.answers.get(path);
    if (answer) answer(response);
    else response.writeHead(200, { 'cache-control': 'no-store' }).end();
  }
}
