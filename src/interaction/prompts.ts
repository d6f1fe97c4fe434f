import type { Type } from '@nestjs/common';
import type { OAuthError } from '../oauth/errors.js';
import { Registry } from '../oauth/registry.js';
import { OPENID } from '../oauth/server-scopes.js';
import { AccessPrompt } from './access.prompt.js';
import { ConsentPrompt, isEnoughRemembered } from './consent.prompt.js';
import type { Interaction } from './interaction.js';
import type { Prompt } from './prompt.js';
import { SignInPrompt } from './sign-in.prompt.js';

interface NeededPrompt {
  prompt: Prompt;
  refusal: OAuthError;
}

/** In the order in which a browser meets them. */
export const PROMPTS: readonly Type<Prompt>[] = [SignInPrompt, AccessPrompt, ConsentPrompt];

/** The steps of the browser's journey through an authorization request. */
export class Prompts extends Registry<Prompt> {
  /** The first step that is needed, with the error that `prompt=none` answers; null when none is. */
  next(interaction: Interaction): Promise<NeededPrompt | null> {
    return firstNeeded(this.all, interaction);
  }

  /**
   * Whether nothing but a remembered consent decides: whether there is one, the statement sees that makes the grant. Not
   * where the host would be asked for claims before, which nobody has allowed yet.
   */
  async leaveConsentToGrant(interaction: Interaction): Promise<boolean> {
    if (interaction.scopes.includes(OPENID) || !isEnoughRemembered(interaction)) return false;
    return this.awaitConsent(interaction);
  }

  /** Whether nothing but the person's consent is missing, as things are now. */
  async awaitConsent(interaction: Interaction): Promise<boolean> {
    const place = this.all.findIndex((prompt) => prompt instanceof ConsentPrompt);
    return (await firstNeeded(this.all.slice(0, place), interaction)) === null;
  }
}

async function firstNeeded(
  prompts: readonly Prompt[],
  interaction: Interaction,
): Promise<NeededPrompt | null> {
  for (const prompt of prompts) {
    const refusal = await prompt.needed(interaction);
    if (refusal) return { prompt, refusal };
  }
  return null;
}
