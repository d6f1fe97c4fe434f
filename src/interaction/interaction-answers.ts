import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InteractionStore, type SealedAnswer } from '../persistence/interaction.store.js';
import { open, seal } from '../tokens/sealing.js';
import { BrowserBinding } from './browser-binding.js';

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
    private readonly clock: Clock,
  ) {}

  /** @throws Error for a browser without the cookie of its interaction. */
  seal(id: string, request: IncomingMessage, formHash: string, redirect: string): SealedAnswer {
    const key = this.browser.key(request, PURPOSE);
    if (!key) throw new Error('An interaction was answered by a browser that has none.');
    return {
      formHash,
      sealedRedirect: seal(key, id, Buffer.from(redirect)),
      expiresAt: new Date(this.clock.now() + this.settings.lifetimes.code * 1000),
    };
  }

  /**
   * @param formHash null for a browser that only comes back.
   * Null when this browser has answered no such interaction.
   */
  async recall(id: string, request: IncomingMessage, formHash: string | null): Promise<EarlierAnswer | null> {
    const key = this.browser.key(request, PURPOSE);
    const answer = key && (await this.store.answer(id, new Date(this.clock.now())));
    if (!key || !answer) return null;
    const redirect = tryOpen(key, id, answer.sealedRedirect);
    if (redirect === null) return null;
    const isSame = formHash === null || formHash === answer.formHash;
    return { allowed: answer.allowed, redirect: answer.lives && isSame ? redirect : null };
  }
}

/** Null for another browser's. */
function tryOpen(key: Buffer, id: string, sealed: Buffer): string | null {
  try {
    return open(key, id, sealed).toString();
  } catch {
    return null;
  }
}
