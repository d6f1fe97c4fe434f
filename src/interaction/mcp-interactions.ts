import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientRegistry } from '../clients/client-registry.js';
import type { SignedIn } from '../host/account-directory.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { queryOf } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { redirectHost } from '../oauth/redirect-uri.js';
import { isUuid } from '../oauth/uuid.js';
import { InteractionStore, type StoredInteraction } from '../persistence/interaction.store.js';
import { strictestMaxAge } from './strictest-max-age.js';
import { BrowserBinding } from './browser-binding.js';
import { type HostReply, type HostRequest, sendOn } from './host-exchange.js';

/** What a sign-in page may want to say about the authorization under way. */
export interface InteractionDescription {
  /** Names the authorization: the `interaction` parameter of the sign-in page. */
  id: string;
  /** As the client calls itself; null when it does not. */
  clientName: string | null;
  /** Where the browser goes in the end. */
  redirectHost: string;
  /** What people call the MCP server. */
  resourceName: string;
  /** What the client believes the person's name to be (OpenID Connect Core §3.1.2.1). */
  loginHint: string | null;
  /**
   * Seconds since the person last proved who they are, at most: as the client says (`max_age`) or the MCP server
   * (`ResourceOptions.maxAge`); 0 when they must do it anew (`prompt=login`); null when any time will do.
   */
  maxAge: number | null;
  /** Whether they must be asked which account to use (`prompt=select_account`). */
  selectAccount: boolean;
}

/** What a host knows of a sign-in that it has completed. */
export interface CompletedSignIn extends Partial<Omit<SignedIn, 'accountId' | 'assumed'>> {
  /** The authorization it was for; see `completeSignIn` for the default. */
  interactionId?: string;
}

/** The host's door into authorization requests under way: its sign-in page ends in `completeSignIn`. */
@Injectable()
export class McpInteractions {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: InteractionStore,
    private readonly browser: BrowserBinding,
    private readonly clients: ClientRegistry,
    private readonly resources: ProtectedResources,
    private readonly clock: Clock,
  ) {}

  /**
   * Says that `accountId` has just proved who they are, and sends the browser on (303). Works only in the browser
   * that began the authorization, and for that one alone.
   *
   * Both are Node's, Express's, or the request and the reply of Fastify.
   *
   * `options.interactionId` names it; by default the `interaction` parameter of the request's query or parsed body
   * does, and failing that the only one this browser has under way. `options.authenticatedAt` is when the person
   * proved it; now by default. `sid`, `amr` and `acr` are what `SignedIn` says they are.
   *
   * @throws InvalidRequestError when this browser has no such authorization under way; nothing is sent then.
   */
  async completeSignIn(
    request: HostRequest,
    response: ServerResponse | HostReply,
    accountId: string,
    options: CompletedSignIn = {},
  ): Promise<void> {
    const now = new Date(this.clock.now());
    const browserHash = this.browser.read(request);
    const named = options.interactionId ?? namedInteraction(request);
    const id = named ?? (await this.find(request))?.id ?? '';
    const authenticatedAt = options.authenticatedAt ?? now;
    const facts = { sid: options.sid ?? null, amr: options.amr ?? null, acr: options.acr ?? null };
    const bound =
      browserHash !== null &&
      isUuid(id) &&
      (await this.store.bind(id, browserHash, { accountId, authenticatedAt, ...facts }, now));
    if (!bound) throw new InvalidRequestError('This browser has no such authorization under way.');
    sendOn(response, `${this.settings.issuer}/interaction/${id}`);
  }

  /** What the authorization under way in this browser is about; null when there is none. */
  async describe(request: HostRequest, interactionId?: string): Promise<InteractionDescription | null> {
    const interaction = await this.find(request, interactionId);
    if (!interaction) return null;
    const { clientId, redirectUri, device, resource, loginHint, prompts, maxAge } = interaction.request;
    // A client whose metadata is out of reach has no name to show, and the page still does.
    const client = await this.clients.find(clientId).catch(() => null);
    const server = this.resources.find(resource);
    return {
      id: interaction.id,
      clientName: client?.name ?? null,
      // A device goes on by itself: the browser stays here.
      redirectHost: redirectHost(device ? this.settings.issuer : redirectUri),
      resourceName: server?.name ?? resource,
      loginHint: loginHint ?? null,
      maxAge: prompts.includes('login') ? 0 : strictestMaxAge(maxAge, server),
      selectAccount: prompts.includes('select_account'),
    };
  }

  private async find(
    request: HostRequest,
    id = namedInteraction(request),
  ): Promise<StoredInteraction | null> {
    const browserHash = this.browser.read(request);
    if (browserHash === null) return null;
    const now = new Date(this.clock.now());
    if (id === undefined) return this.store.findOnly(browserHash, now);
    return isUuid(id) ? this.store.find(id, browserHash, now) : null;
  }
}

function namedInteraction({ url = '', body }: HostRequest): string | undefined {
  const named = new URLSearchParams(queryOf(url)).get('interaction');
  if (named !== null) return named;
  const posted =
    typeof body === 'object' && body !== null && 'interaction' in body ? body.interaction : undefined;
  return typeof posted === 'string' ? posted : undefined;
}
