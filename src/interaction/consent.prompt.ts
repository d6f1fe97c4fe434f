import { ConsentRequiredError, InteractionRequiredError, type OAuthError } from '../oauth/errors.js';
import { missingScopes } from '../oauth/scope.js';
import { OFFLINE_ACCESS, SERVER_SCOPES } from '../oauth/server-scopes.js';
import { redirectHost, redirectKind } from '../oauth/redirect-uri.js';
import type { ConsentKey, ConsentStore } from '../persistence/consent.store.js';
import type { Secrets } from '../tokens/secrets.js';
import type { Interaction } from './interaction.js';
import { consentPage } from './pages/consent.page.js';
import type { Prompt, PromptView } from './prompt.js';
import type { SignInPrompt } from './sign-in.prompt.js';

const CSRF = 'consent';

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

/** Asks whether the client may have what it asks for. */
export class ConsentPrompt implements Prompt {
  readonly name = 'consent';

  constructor(
    private readonly consents: ConsentStore,
    private readonly secrets: Secrets,
    private readonly signIn: SignInPrompt,
    /** Where an interaction's answer is posted to, less its id. */
    private readonly action: string,
  ) {}

  async needed(interaction: Interaction): Promise<OAuthError | null> {
    const { request } = interaction;
    const allowed = await this.consents.scopes(consentKey(interaction));
    if (missingScopes(request.scopes, allowed).length > 0) return new ConsentRequiredError();
    if (request.prompts.includes('consent')) return new ConsentRequiredError();
    // RFC 8252 §8.6: any local program can claim such a client's id, so a person confirms every time.
    return redirectKind(request.redirectUri) === 'https' ? null : new InteractionRequiredError();
  }

  async show(interaction: Interaction): Promise<PromptView> {
    return { page: await this.page(interaction) };
  }

  /** The token that an answer must carry: only the page shown to this person in this browser holds it. */
  csrf(interaction: Interaction): string {
    return this.secrets.authenticate(CSRF, csrfMessage(interaction));
  }

  /** Whether the answer comes from the page that was shown to the person who is signed in. */
  isAnswerTo(interaction: Interaction, csrf: string): boolean {
    return interaction.person !== null && this.secrets.verify(CSRF, csrfMessage(interaction), csrf);
  }

  async page(interaction: Interaction, error?: string): Promise<string> {
    const { id, request, client, resource, person } = interaction;
    if (!person) throw new Error('Consent was asked of nobody.');
    const allowed = await this.consents.scopes(consentKey(interaction));
    const scopes = request.scopes.filter((scope) => scope !== OFFLINE_ACCESS);
    return consentPage({
      client: {
        name: client.name,
        clientId: client.clientId,
        selfRegistered: client.source === 'registered',
        domain: URL.canParse(client.clientId) ? new URL(client.clientId).host : null,
      },
      redirectHost: redirectHost(request.redirectUri),
      loopbackOnly: client.redirectUris.every((uri) => redirectKind(uri) === 'loopback'),
      resource: { name: resource.name, identifier: resource.identifier },
      account: person.account,
      scopes: scopes.map((name) => ({
        name,
        words: resource.scopes[name] ?? SERVER_SCOPES[name] ?? name,
        granted: allowed.includes(name),
      })),
      offlineAccess: request.scopes.includes(OFFLINE_ACCESS) || client.grantTypes.includes('refresh_token'),
      remembered: missingScopes(request.scopes, allowed).length === 0 && !request.prompts.includes('consent'),
      action: `${this.action}/${id}`,
      csrf: this.csrf(interaction),
      error,
      switchAccount: this.signIn.url(id),
    });
  }
}

function csrfMessage({ id, browserHash, person }: Interaction): string {
  return [id, browserHash, person?.account.id ?? ''].join('\n');
}
