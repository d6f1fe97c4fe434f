import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccountDirectory } from '../host/account-directory.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InteractionStore, type SealedAnswer } from '../persistence/interaction.store.js';
import { open, seal } from '../tokens/sealing.js';
import { BrowserBinding } from './browser-binding.js';
import type { Interaction } from './interaction.js';

const PURPOSE = 'interaction-answer';

/** What became of an interaction that was answered. */
export interface EarlierAnswer {
  allowed: boolean;
  /** Where it sent the browser, while that can still be of use; null for another form, and once the code is redeemed. */
  redirect: string | null;
}

/** A second click on the same button gets the same answer, as long as its code lives. */
@Injectable()
export class InteractionAnswers {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: InteractionStore,
    private readonly browser: BrowserBinding,
    private readonly accounts: AccountDirectory,
    private readonly clock: Clock,
  ) {}

  /** @throws Error for a browser without the cookie of its interaction. */
  seal(
    { id, signedInAs }: Interaction,
    request: IncomingMessage,
    formHash: string,
    redirect: string,
  ): SealedAnswer {
    const key = this.browser.key(request, PURPOSE);
    if (!key) throw new Error('An interaction was answered by a browser that has none.');
    return {
      formHash,
      sealedRedirect: seal(key, context(id, signedInAs), Buffer.from(redirect)),
      expiresAt: new Date(this.clock.now() + this.settings.lifetimes.code * 1000),
    };
  }

  /**
   * @param formHash null for a browser that only comes back.
   * Null when this browser has answered no such interaction, or somebody else is signed in there by now.
   */
  async recall(id: string, request: IncomingMessage, formHash: string | null): Promise<EarlierAnswer | null> {
    const key = this.browser.key(request, PURPOSE);
    const answer = key && (await this.store.answer(id, new Date(this.clock.now())));
    if (!key || !answer) return null;
    const signedInAs = (await this.accounts.current(request))?.accountId ?? '';
    const redirect = tryOpen(key, context(id, signedInAs), answer.sealedRedirect);
    if (redirect === null) return null;
    const isSame = formHash === null || formHash === answer.formHash;
    return { allowed: answer.allowed, redirect: answer.lives && isSame ? redirect : null };
  }
}

const context = (id: string, signedInAs: string) => `${id}\n${signedInAs}`;

/** Null for another browser's, or person's. */
function tryOpen(key: Buffer, of: string, sealed: Buffer): string | null {
  try {
    return open(key, of, sealed).toString();
  } catch {
    return null;
  }
}
