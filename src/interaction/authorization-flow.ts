import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory, type McpAccount } from '../host/account-directory.js';
import { AuthorizationPolicy, type PolicyDecision } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { codeResponse } from '../oauth/authorization-response.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidTargetError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { InteractionStore, type StoredInteraction } from '../persistence/interaction.store.js';
import { BrowserBinding } from './browser-binding.js';
import { ConsentPrompt } from './consent.prompt.js';
import { GrantApproval } from './grant-approval.js';
import type { Interaction } from './interaction.js';
import type { PromptView } from './prompt.js';
import { Prompts } from './prompts.js';

/** Leads one authorization request through its prompts to a code. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly prompts: Prompts,
    private readonly store: InteractionStore,
    private readonly browser: BrowserBinding,
    private readonly approval: GrantApproval,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly clients: ClientRegistry,
    private readonly resources: ProtectedResources,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a request that was found right. Answers where the browser goes.
   * @throws LoginRequiredError and its kin when `prompt=none` forbids a step that is needed.
   */
  async begin(
    request: AuthorizationRequest,
    client: OAuthClient,
    message: { request: IncomingMessage; response: ServerResponse },
  ): Promise<string> {
    const stored = {
      id: randomUUID(),
      request,
      accountId: null,
      authenticatedAt: null,
      createdAt: new Date(this.clock.now()),
    };
    const browserHash = this.browser.read(message.request) ?? '';
    const interaction = await this.assemble(stored, client, browserHash, message.request);
    const next = await this.nextPrompt(interaction);
    if (!next) return this.complete(interaction, interaction.scopes, false);
    if (request.prompts.includes('none')) throw next.refusal;
    const bound = { ...interaction, browserHash: this.browser.establish(message.request, message.response) };
    const expiresAt = new Date(stored.createdAt.getTime() + this.settings.lifetimes.interaction * 1000);
    await this.store.insert(stored, bound.browserHash, expiresAt);
    const view = await next.prompt.show(bound);
    return 'redirect' in view ? view.redirect : this.url(stored.id);
  }

  /** The interaction of this id in this browser; null when there is none, or none any more. */
  async resume(id: string, request: IncomingMessage): Promise<Interaction | null> {
    const browserHash = this.browser.read(request);
    if (browserHash === null) return null;
    const stored = await this.store.find(id, browserHash, new Date(this.clock.now()));
    const client = stored && (await this.clients.load(stored.request.clientId));
    if (!client || client.disabled) return null;
    return this.assemble(stored, client, browserHash, request);
  }

  /** The next thing the browser sees. */
  async advance(interaction: Interaction): Promise<PromptView> {
    const next = await this.nextPrompt(interaction);
    if (next) return next.prompt.show(interaction);
    return { redirect: await this.complete(interaction, interaction.scopes, true) };
  }

  /** Ends the interaction with a code. Its own page when it was ended before. */
  async complete(interaction: Interaction, scopes: readonly string[], stored: boolean): Promise<string> {
    const code = await this.approval.approve(interaction, [...scopes], stored);
    return code === null
      ? this.url(interaction.id)
      : codeResponse(interaction.request, this.settings.issuer, code);
  }

  /** Ends the interaction without one; false when it was ended before. */
  async cancel(interaction: Interaction): Promise<boolean> {
    const isEnded = await this.store.delete(interaction.id, interaction.browserHash);
    if (isEnded) this.approval.deny(interaction);
    return isEnded;
  }

  /** Where an interaction goes on. */
  url(id: string): string {
    return `${this.settings.issuer}/interaction/${id}`;
  }

  /** Whether nothing but the person's consent is missing, as things are now. */
  async awaitsConsent(interaction: Interaction): Promise<boolean> {
    for (const prompt of this.prompts.all) {
      if (prompt instanceof ConsentPrompt) return true;
      if (await prompt.needed(interaction)) return false;
    }
    return true;
  }

  private async nextPrompt(interaction: Interaction) {
    for (const prompt of this.prompts.all) {
      const refusal = await prompt.needed(interaction);
      if (refusal) return { prompt, refusal };
    }
    return null;
  }

  private async assemble(
    { id, request, accountId, authenticatedAt, createdAt }: StoredInteraction,
    client: OAuthClient,
    browserHash: string,
    message: IncomingMessage,
  ): Promise<Interaction> {
    const resource = this.resources.find(request.resource);
    if (!resource?.enabled) throw new InvalidTargetError('The resource is no longer served.');
    const remembered = await this.accounts.current(message);
    const bound = accountId && authenticatedAt ? { accountId, authenticatedAt } : null;
    const signedIn = remembered === undefined ? bound : remembered;
    const account = signedIn && (await this.accounts.find(signedIn.accountId));
    const person = account ? { account, authenticatedAt: signedIn.authenticatedAt } : null;
    const decision = account && (await this.decide(account, client, request));
    const scopes = decision?.outcome === 'allowed' ? decision.scopes : request.scopes;
    return { id, browserHash, request, client, resource, createdAt, person, decision, scopes };
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
