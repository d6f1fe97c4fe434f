import type { OAuthError } from '../oauth/errors.js';
import type { Interaction } from './interaction.js';

/** What the browser is shown: a page of ours, or a page elsewhere. */
export type PromptView = { page: string } | { redirect: string };

/** One step of the browser's journey through an authorization request. */
export interface Prompt {
  readonly name: string;
  /** The error that `prompt=none` answers when this step is needed; null when it is not. */
  needed(interaction: Interaction): Promise<OAuthError | null>;
  show(interaction: Interaction): Promise<PromptView>;
  /** Where the browser goes for it, when that is no page of ours. */
  elsewhere?(interactionId: string): string;
}
