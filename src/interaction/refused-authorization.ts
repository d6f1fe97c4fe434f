import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccountDirectory } from '../host/account-directory.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { errorResponse } from '../oauth/authorization-response.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import type { OAuthError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { redirectHost, redirectKind } from '../oauth/redirect-uri.js';
import { parseScope } from '../oauth/scope.js';
import { errorPage } from './pages/error.page.js';
import type { PromptView } from './prompt.js';
import { refusalMode } from './response-mode.js';

/** An authorization request that is refused, with a redirect URI that is the client's. */
export interface RefusedRequest {
  client: OAuthClient;
  redirectUri: string;
  parameters: Parameters;
  message: IncomingMessage;
}

/**
 * Says a refusal to the client by a redirect where nobody can abuse that, and else to the person, who may follow a
 * link: anybody can register a client and make links to its pages, or to a program on the person's computer, that begin
 * with our name (RFC 9700 §4.11.2).
 */
@Injectable()
export class RefusedAuthorization {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
  ) {}

  async answer(error: OAuthError, request: RefusedRequest): Promise<PromptView> {
    const { redirectUri, parameters } = request;
    const states = parameters.getAll('state');
    const state = states.length === 1 ? states[0] : undefined;
    const target = { redirectUri, state, responseMode: refusalMode(parameters, redirectUri) };
    const url = errorResponse(target, this.settings.issuer, error);
    if (await this.mayRedirect(request)) return { redirect: url };
    return {
      page: errorPage({
        title: 'This request cannot go on',
        message: error.description,
        detail: error.error,
        back: { url, host: redirectHost(redirectUri) },
      }),
    };
  }

  private async mayRedirect(request: RefusedRequest): Promise<boolean> {
    const { client, redirectUri, parameters, message } = request;
    const kind = redirectKind(redirectUri);
    // A program on the person's computer never starts without a click.
    if (kind !== 'https') return kind === 'loopback';
    const prompts = parameters.getAll('prompt').flatMap(parseScope);
    if (prompts.length === 1 && prompts[0] === 'none') return true;
    const isVouchedFor = client.source !== 'registered' && client.source !== 'document';
    return isVouchedFor || this.policy.trusts(client, redirectUri) || this.isSomebodySignedIn(message);
  }

  private async isSomebodySignedIn(message: IncomingMessage): Promise<boolean> {
    const remembered = await this.accounts.current(message);
    const account = remembered && (await this.accounts.find(remembered.accountId));
    return account ? !account.disabled : false;
  }
}
