import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory, type McpAccount, type SignedIn } from '../host/account-directory.js';
import { AuthorizationPolicy, type PolicyDecision } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { isReservedForClients } from '../oauth/client-id.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidTargetError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import {
  type BoundAccount,
  InteractionStore,
  type StoredInteraction,
} from '../persistence/interaction.store.js';
import { BrowserBinding } from './browser-binding.js';
import { matchRedirectUri } from '../oauth/redirect-uri.js';
import type { Interaction } from './interaction.js';

/** What sends a browser round for ever. */
const FORGOTTEN =
  'A sign-in was just completed, and AccountDirectory.current says that nobody is signed in. It is asked ahead of the middleware of the host: let that of its sessions see the request (throughMiddleware), or answer undefined where the host remembers nobody.';

/** Authorization requests under way as things are now: who is signed in, and what the policy says. */
@Injectable()
export class Interactions {
  private readonly logger = new Logger(Interactions.name);

  constructor(
    private readonly store: InteractionStore,
    private readonly browser: BrowserBinding,
    private readonly clients: ClientRegistry,
    private readonly resources: ProtectedResources,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly clock: Clock,
  ) {}

  /** The interaction of this id in this browser; null when there is none, or none any more. */
  async find(id: string, request: IncomingMessage): Promise<Interaction | null> {
    const browserHash = this.browser.read(request);
    if (browserHash === null) return null;
    const stored = await this.store.find(id, browserHash, new Date(this.clock.now()));
    const client = stored && (await this.clients.load(stored.request.clientId));
    if (!client || client.disabled) return null;
    // A client that has another redirect URI, or other grant types, by now must not get its code in the old way.
    const { redirectUri, device } = stored.request;
    const isRegistered = device
      ? client.grantTypes.includes(redirectUri)
      : matchRedirectUri(client.redirectUris, redirectUri);
    if (!isRegistered) return null;
    return this.describe(stored, client, browserHash, request);
  }

  /** @throws InvalidTargetError when the resource is no longer served. */
  async describe(
    { id, request, accountId, authenticatedAt, sid, amr, acr, createdAt }: StoredInteraction,
    client: OAuthClient,
    browserHash: string,
    message: IncomingMessage,
  ): Promise<Interaction> {
    const resource = this.resources.find(request.resource);
    if (!resource?.enabled) throw new InvalidTargetError('The resource is no longer served.');
    const remembered = await this.accounts.current(message);
    const bound = accountId && authenticatedAt ? { accountId, authenticatedAt, sid, amr, acr } : null;
    const signedIn = remembered === undefined ? bound : remembered;
    if (bound && remembered === null) this.logger.warn(FORGOTTEN);
    const account = signedIn && (await this.accounts.find(signedIn.accountId));
    if (account && isReservedForClients(account.id))
      throw new Error(`The account id ${account.id} looks like a client's: give people other ids.`);
    const person = account ? { account, ...signInFacts(signedIn) } : null;
    const decision = account && (await this.decide(account, client, request));
    const scopes = decision?.outcome === 'allowed' ? decision.scopes : request.scopes;
    const signedInAs = remembered?.accountId ?? '';
    const isCompleted = bound !== null && bound.accountId === signedIn?.accountId;
    return {
      id,
      browserHash,
      signedInAs,
      request,
      client,
      resource,
      createdAt,
      person,
      isCompleted,
      decision,
      scopes,
    };
  }

  private decide(
    account: McpAccount,
    client: OAuthClient,
    { redirectUri, resource, scopes }: AuthorizationRequest,
  ): Promise<PolicyDecision> {
    const question = { account, client, redirectUri, resource, scopes, at: 'authorization' } as const;
    return this.policy.decide(question);
  }
}

function signInFacts(signedIn: SignedIn | BoundAccount) {
  const { authenticatedAt, sid, amr, acr } = signedIn;
  const assumed = 'assumed' in signedIn && signedIn.assumed === true;
  return { authenticatedAt, assumed, sid: sid ?? null, amr: amr ?? null, acr: acr ?? null };
}
