import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { codeResponse } from '../oauth/authorization-response.js';
import type { OAuthClient } from '../oauth/client.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { BrowserBinding } from './browser-binding.js';
import { GrantApproval } from './grant-approval.js';
import type { Interaction } from './interaction.js';
import { Interactions } from './interactions.js';
import type { PromptView } from './prompt.js';
import { Prompts } from './prompts.js';

/** Leads one authorization request through its prompts to a code. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly interactions: Interactions,
    private readonly prompts: Prompts,
    private readonly store: InteractionStore,
    private readonly browser: BrowserBinding,
    private readonly approval: GrantApproval,
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
    const interaction = await this.interactions.describe(stored, client, browserHash, message.request);
    const next = await this.prompts.next(interaction);
    if (!next) return this.complete(interaction, interaction.scopes, false);
    if (request.prompts.includes('none')) throw next.refusal;
    const bound = { ...interaction, browserHash: this.browser.establish(message.request, message.response) };
    const expiresAt = new Date(stored.createdAt.getTime() + this.settings.lifetimes.interaction * 1000);
    await this.store.insert(stored, bound.browserHash, expiresAt);
    const view = await next.prompt.show(bound);
    return 'redirect' in view ? view.redirect : this.url(stored.id);
  }

  /** The next thing the browser sees. */
  async advance(interaction: Interaction): Promise<PromptView> {
    const next = await this.prompts.next(interaction);
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
  private url(id: string): string {
    return `${this.settings.issuer}/interaction/${id}`;
  }
}
