import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Clock } from '../host/clock.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { deviceResponse, errorResponse } from '../oauth/authorization-response.js';
import type { OAuthClient } from '../oauth/client.js';
import { AccessDeniedError, ConsentRequiredError } from '../oauth/errors.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { BrowserBinding } from './browser-binding.js';
import { type Completion, GrantApproval } from './grant-approval.js';
import { InteractionAnswers } from './interaction-answers.js';
import type { Interaction } from './interaction.js';
import { Interactions } from './interactions.js';
import type { PromptView } from './prompt.js';
import { Prompts } from './prompts.js';

/** The answer of a page. */
export type SentForm = NonNullable<Completion['form']>;

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
    private readonly answers: InteractionAnswers,
    private readonly limits: HostRateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a request that was found right. Answers where the browser goes.
   * @throws LoginRequiredError and its kin when `prompt=none` forbids a step that is needed.
   * @throws TooManyRequestsError where too many were begun: nothing is stored then.
   * @param pushedHash of the pushed request that it is; null for one that the browser brings. What is pushed always gets an
   * interaction, to which a browser that comes again is sent.
   * Null, and nothing is stored, when what was pushed is used up by now, or the client is another.
   * @param isCurrent whether the client is what it was when the request was found right. A grant is for that one alone, as
   * the database sees to, so that it is asked for anything else.
   */
  async begin(
    request: AuthorizationRequest,
    client: OAuthClient,
    message: { request: IncomingMessage & { ip?: string }; response: ServerResponse },
    pushedHash: string | null,
    isCurrent: () => Promise<boolean>,
  ): Promise<string | null> {
    const stored = {
      id: randomUUID(),
      request,
      accountId: null,
      authenticatedAt: null,
      sid: null,
      amr: null,
      acr: null,
      createdAt: new Date(this.clock.now()),
    };
    const browserHash = this.browser.read(message.request) ?? '';
    const interaction = await this.interactions.describe(stored, client, browserHash, message.request);
    const isLeft = pushedHash === null && (await this.prompts.leaveConsentToGrant(interaction));
    const next = isLeft ? null : await this.prompts.next(interaction);
    const silent =
      next || pushedHash !== null ? null : await this.complete(interaction, interaction.scopes, null);
    if (silent !== null) return silent;
    if (!(await isCurrent())) return null;
    // A consent that is not there, or was just taken back, is asked for.
    if (request.prompts.includes('none') && (next || pushedHash === null))
      throw next?.refusal ?? new ConsentRequiredError();
    await this.limits.countAuthorization(interaction.person?.account.id ?? null, message.request.ip);
    const expiresAt = new Date(stored.createdAt.getTime() + this.settings.lifetimes.interaction * 1000);
    const bound = this.browser.establish(message.request, message.response);
    if (!(await this.store.insert(stored, bound, expiresAt, pushedHash))) return null;
    return next?.prompt.elsewhere?.(stored.id) ?? this.url(stored.id);
  }

  /** The next thing the browser sees. */
  async advance(interaction: Interaction, message: IncomingMessage): Promise<PromptView> {
    const next = await this.prompts.next(interaction);
    // What `prompt=none` found unneeded when a pushed request came may be needed by now.
    if (next && interaction.request.prompts.includes('none')) throw next.refusal;
    if (next) return next.prompt.show(interaction);
    const redirect = await this.complete(interaction, interaction.scopes, { message, hash: '' });
    return { redirect: redirect ?? this.url(interaction.id) };
  }

  /** Ends the interaction with the person's yes: where the browser goes. Null when it was ended before. */
  async allow(interaction: Interaction, scopes: readonly string[], form: SentForm): Promise<string | null> {
    return this.approval.approve(interaction, [...scopes], { basis: 'given', form });
  }

  /** Ends the interaction with their no: where the browser goes. Null when it was ended before. */
  async deny(interaction: Interaction, { message, hash }: SentForm): Promise<string | null> {
    const { id, browserHash, request } = interaction;
    const error = new AccessDeniedError('The person denied the request.');
    const { device } = request;
    const redirect = device
      ? deviceResponse(this.settings.issuer, 'denied')
      : errorResponse(request, this.settings.issuer, error);
    const answer = this.answers.seal(interaction, message, hash, redirect);
    const at = { deviceHash: device?.hash ?? null, now: new Date(this.clock.now()) };
    if (!(await this.store.deny(id, browserHash, answer, at))) return null;
    this.approval.deny(interaction);
    return redirect;
  }

  /** What needs no page: the person allowed it before, or an administrator trusts the client. */
  private complete(
    interaction: Interaction,
    scopes: readonly string[],
    form: Completion['form'],
  ): Promise<string | null> {
    const { decision } = interaction;
    const basis = decision?.outcome === 'allowed' && decision.trusted ? 'trusted' : 'remembered';
    return this.approval.approve(interaction, [...scopes], { basis, form });
  }

  /** Where an interaction goes on. */
  private url(id: string): string {
    return `${this.settings.issuer}/interaction/${id}`;
  }
}
