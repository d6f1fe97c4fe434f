import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LoginRequiredError, type OAuthError } from '../oauth/errors.js';
import { DatabaseClock } from '../tokens/database-clock.js';
import type { Interaction } from './interaction.js';
import type { Prompt, PromptView } from './prompt.js';
import { strictestMaxAge } from './strictest-max-age.js';

/** Asks who the person is, on the host's page. */
@Injectable()
export class SignInPrompt implements Prompt {
  readonly name = 'sign-in';

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly clock: DatabaseClock,
  ) {}

  async needed(interaction: Interaction): Promise<OAuthError | null> {
    return this.isSignedIn(interaction) ? null : new LoginRequiredError();
  }

  async show({ id }: Interaction): Promise<PromptView> {
    return { redirect: this.elsewhere(id) };
  }

  /** The host's sign-in page for an interaction. */
  elsewhere(interactionId: string): string {
    const { loginPage } = this.settings;
    const separator = loginPage.includes('?') ? '&' : '?';
    return `${loginPage}${separator}interaction=${interactionId}`;
  }

  private isSignedIn({ person, isCompleted, createdAt, request, resource }: Interaction): boolean {
    const { prompts } = request;
    if (!person || person.account.disabled) return false;
    const maxAge = strictestMaxAge(request.maxAge, resource);
    if (person.assumed && (maxAge !== null || prompts.includes('login'))) return false;
    const authenticatedAt = this.clock.ofHost(person.authenticatedAt.getTime());
    if (authenticatedAt >= createdAt.getTime()) return true;
    if (prompts.includes('login') || (prompts.includes('select_account') && !isCompleted)) return false;
    // OpenID Connect Core §3.1.2.1: an older sign-in than max_age must be repeated; not for the time that it took itself.
    const asked = isCompleted ? createdAt.getTime() : this.clock.now();
    return maxAge === null || asked - authenticatedAt <= maxAge * 1000;
  }
}
