import { Injectable } from '@nestjs/common';
import { ConsentRequiredError, InteractionRequiredError, type OAuthError } from '../oauth/errors.js';
import { missingScopes } from '../oauth/scope.js';
import { OFFLINE_ACCESS, SERVER_SCOPES } from '../oauth/server-scopes.js';
import { redirectHost, redirectKind } from '../oauth/redirect-uri.js';
import { type Consent, type ConsentKey, ConsentStore } from '../persistence/consent.store.js';
import { InteractionForm } from './interaction-form.js';
import type { Interaction } from './interaction.js';
import { isRefreshable } from './refreshable.js';
import { consentPage } from './pages/consent.page.js';
import type { Prompt, PromptView } from './prompt.js';

/** What the person of an interaction is asked to allow. @throws when nobody is signed in. */
export function consentKey({ person, request, client, resource }: Interaction): ConsentKey {
  if (!person) throw new Error('Consent was asked of nobody.');
  return {
    userId: person.account.id,
    clientId: client.clientId,
    redirectHost: redirectHost(request.redirectUri),
    resource: resource.identifier,
    clientDigest: client.digest,
  };
}

function covers(consent: Consent, interaction: Interaction, scopes: readonly string[]): boolean {
  return (
    missingScopes(scopes, consent.scopes).length === 0 &&
    (consent.refreshable || !isRefreshable(interaction.client, scopes))
  );
}

/** Whether a consent that is remembered can be enough. */
export function isEnoughRemembered({ request: { prompts, redirectUri } }: Interaction): boolean {
  // RFC 8252 §8.6: any local program can claim such a client's id, so a person confirms every time.
  return !prompts.includes('consent') && redirectKind(redirectUri) === 'https';
}

/** Asks whether the client may have what it asks for. */
@Injectable()
export class ConsentPrompt implements Prompt {
  readonly name = 'consent';

  constructor(
    private readonly consents: ConsentStore,
    private readonly form: InteractionForm,
  ) {}

  async needed(interaction: Interaction): Promise<OAuthError | null> {
    const { request, scopes, decision } = interaction;
    if (request.prompts.includes('consent')) return new ConsentRequiredError();
    const isTrusted = decision?.outcome === 'allowed' && decision.trusted;
    if (!isTrusted && !covers(await this.consents.find(consentKey(interaction)), interaction, scopes))
      return new ConsentRequiredError();
    return isEnoughRemembered(interaction) ? null : new InteractionRequiredError();
  }

  async show(interaction: Interaction): Promise<PromptView> {
    return { page: await this.page(interaction) };
  }

  async page(interaction: Interaction, error?: string): Promise<string> {
    const { request, resource, scopes: offered } = interaction;
    const consent = await this.consents.find(consentKey(interaction));
    const scopes = offered.filter((scope) => scope !== OFFLINE_ACCESS);
    return consentPage({
      ...this.form.props(interaction),
      scopes: scopes.map((name) => ({
        name,
        words: resource.scopes[name] ?? SERVER_SCOPES[name] ?? name,
        granted: consent.scopes.includes(name),
      })),
      offlineAccess: isRefreshable(interaction.client, offered),
      // Whoever is asked about a device sees all of it, every time.
      remembered:
        !request.device && covers(consent, interaction, offered) && !request.prompts.includes('consent'),
      error,
    });
  }
}
