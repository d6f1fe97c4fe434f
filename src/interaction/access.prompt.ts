import { Injectable } from '@nestjs/common';
import { AccessDeniedError, InteractionRequiredError, type OAuthError } from '../oauth/errors.js';
import { InteractionForm } from './interaction-form.js';
import type { Interaction } from './interaction.js';
import { accessPage } from './pages/access.page.js';
import type { Prompt, PromptView } from './prompt.js';

/** Tells a person that the policy does not let them, or not yet. */
@Injectable()
export class AccessPrompt implements Prompt {
  readonly name = 'access';

  constructor(private readonly form: InteractionForm) {}

  async needed({ decision }: Interaction): Promise<OAuthError | null> {
    if (decision?.outcome === 'denied') return new AccessDeniedError('The policy does not allow it.');
    return decision?.outcome === 'pending' ? new InteractionRequiredError() : null;
  }

  async show(interaction: Interaction): Promise<PromptView> {
    const { decision } = interaction;
    if (!decision || decision.outcome === 'allowed') throw new Error('Nothing is in the way.');
    const { message, outcome } = decision;
    return { page: accessPage({ ...this.form.props(interaction), message, pending: outcome === 'pending' }) };
  }
}
