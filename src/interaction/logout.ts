import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignedIn } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { HostAccounts } from '../host/host-accounts.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { redirectHost } from '../oauth/redirect-uri.js';
import { Secrets } from '../tokens/secrets.js';
import type { LogoutRequest } from './logout-request.js';
import { loggedOutPage, logoutPage } from './pages/logout.page.js';
import type { PromptView } from './prompt.js';

const CSRF = 'logout';

/** Ends the sign-in session of a browser (OpenID Connect RP-Initiated Logout §2). */
@Injectable()
export class Logout {
  constructor(
    private readonly accounts: HostAccounts,
    private readonly secrets: Secrets,
    private readonly settings: McpAuthSettings,
    private readonly audit: AuditLog,
  ) {}

  /**
   * What the browser sees first. A person is asked, unless the client holds an id_token of this very sign-in: anybody can
   * register a client and make a link to here.
   */
  async begin(
    request: LogoutRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<PromptView> {
    const signedIn = await this.accounts.current(message);
    if (!signedIn) return this.finished(request, message, response);
    if (isProof(request, signedIn)) return this.end(request, signedIn, message, response);
    return { page: await this.ask(request, signedIn) };
  }

  /** What the person has answered. @throws InvalidRequestError for a page that was shown to somebody else. */
  async answer(
    request: LogoutRequest,
    { csrf, decision }: { csrf: string; decision: string | undefined },
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<PromptView> {
    const signedIn = await this.accounts.current(message);
    if (!signedIn) return this.finished(request, message, response);
    if (!this.secrets.verify(CSRF, csrfMessage(request, signedIn), csrf))
      throw new InvalidRequestError(
        'This page was not shown to the person who is signed in. Go back and try again.',
      );
    if (decision === 'leave') return this.end(request, signedIn, message, response);
    if (decision !== 'stay') throw new InvalidRequestError('The form was sent without a decision.');
    this.record('refused', request, signedIn);
    return { page: loggedOutPage(false) };
  }

  private async end(
    request: LogoutRequest,
    signedIn: SignedIn,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<PromptView> {
    await this.accounts.endSignIn(message, response);
    this.record('success', request, signedIn);
    return request.back ? { redirect: request.back.url } : { page: loggedOutPage(true) };
  }

  /** Nobody is signed in, and so nobody has said that they trust the client: it gets a link. */
  private async finished(
    { client, back }: LogoutRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<PromptView> {
    // A session that is too old for authorizations may be there still.
    await this.accounts.endSignIn(message, response);
    if (!back) return { page: loggedOutPage(true) };
    if (client?.source === 'static' || client?.source === 'administrator') return { redirect: back.url };
    return { page: loggedOutPage(true, { url: back.url, host: redirectHost(back.uri) }) };
  }

  private async ask(request: LogoutRequest, signedIn: SignedIn): Promise<string> {
    const { client, back, state } = request;
    const account = (await this.accounts.find(signedIn.accountId)) ?? { id: signedIn.accountId };
    return logoutPage({
      account,
      clientName: client ? client.name : undefined,
      backTo: back && redirectHost(back.uri),
      action: `${this.settings.basePath}/end-session/answer`,
      fields: {
        csrf: this.secrets.authenticate(CSRF, csrfMessage(request, signedIn)),
        ...(client && { client_id: client.clientId }),
        ...(back && { post_logout_redirect_uri: back.uri }),
        ...(state !== undefined && { state }),
      },
    });
  }

  private record(
    outcome: 'success' | 'refused',
    { client }: LogoutRequest,
    { accountId, sid }: SignedIn,
  ): void {
    const clientId = client?.clientId ?? null;
    this.audit.record({ action: 'logout', outcome, userId: accountId, clientId, detail: { sid } });
  }
}

/** Whether the client has shown that it signed in just this person, in just this sign-in where both name one. */
function isProof({ hint }: LogoutRequest, { accountId, sid }: SignedIn): boolean {
  if (hint?.accountId !== accountId) return false;
  return hint.sid === null || sid === undefined || hint.sid === sid;
}

function csrfMessage(
  { client, back, state }: LogoutRequest,
  { accountId, authenticatedAt, sid }: SignedIn,
): string {
  const asked = [client?.clientId ?? null, back?.uri ?? null, state ?? null];
  return JSON.stringify([accountId, authenticatedAt.getTime(), sid ?? null, ...asked]);
}
