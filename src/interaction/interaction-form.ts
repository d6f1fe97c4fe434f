import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { type DeviceRequest, showUserCode } from '../oauth/device.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { isRefreshable } from './refreshable.js';
import { redirectHost, redirectKind } from '../oauth/redirect-uri.js';
import { Secrets } from '../tokens/secrets.js';
import type { Interaction } from './interaction.js';
import type { DeviceProps, InteractionPageProps } from './pages/interaction-page-props.js';
import { SignInPrompt } from './sign-in.prompt.js';

/** Purpose of what seals the code that a person typed. */
export const USER_CODE = 'device-user-code';
const CSRF = 'consent';
const SHOWN = 'consent-shown';

/** What every page of an interaction shows and sends: only the page shown to this person in this browser is answered. */
@Injectable()
export class InteractionForm {
  constructor(
    private readonly secrets: Secrets,
    private readonly signIn: SignInPrompt,
    private readonly settings: McpAuthSettings,
  ) {}

  /** Whether the answer comes from the page that was shown to the person who is signed in. */
  isAnswerTo(interaction: Interaction, csrf: string): boolean {
    const [proof = ''] = csrf.split('.', 1);
    return interaction.person !== null && this.secrets.verify(CSRF, csrfMessage(interaction), proof);
  }

  /** Whether that page said of the client what is so still: its metadata document or registration may say something else by now. */
  isAsShown(interaction: Interaction, csrf: string): boolean {
    return this.secrets.verify(SHOWN, shownMessage(interaction), csrf.slice(csrf.indexOf('.') + 1));
  }

  props(interaction: Interaction): InteractionPageProps {
    const { id, request, client, resource, person } = interaction;
    if (!person) throw new Error('This was asked of nobody.');
    return {
      client: {
        name: client.name,
        clientId: client.clientId,
        selfRegistered: client.source === 'registered',
        publishedAt: client.source === 'document' ? client.clientId.replace(/^https?:\/\//, '') : null,
      },
      redirectHost: redirectHost(request.redirectUri),
      isLoopback: redirectKind(request.redirectUri) === 'loopback',
      device: request.device ? this.device(request.device) : null,
      resource: { name: resource.name, identifier: resource.identifier },
      account: person.account,
      action: `${this.settings.basePath}/interaction/${id}`,
      csrf: [
        this.secrets.authenticate(CSRF, csrfMessage(interaction)),
        this.secrets.authenticate(SHOWN, shownMessage(interaction)),
      ].join('.'),
      switchAccount: this.signIn.elsewhere(id),
    };
  }

  private device({ hash, sealedUserCode, address, userAgent, requestedAt }: DeviceRequest): DeviceProps {
    const code = this.secrets.open(USER_CODE, hash, Buffer.from(sealedUserCode, 'base64url'));
    if (!code) throw new InvalidRequestError('This page is too old. Enter the code again.');
    return {
      userCode: showUserCode(code.toString()),
      address,
      userAgent,
      requestedAt: new Date(requestedAt),
    };
  }
}

function csrfMessage({ id, browserHash, person }: Interaction): string {
  return [id, browserHash, person?.account.id ?? ''].join('\n');
}

function shownMessage({ id, client, scopes }: Interaction): string {
  const { name, digest, revision } = client;
  return JSON.stringify([id, name, digest, revision, isRefreshable(client, scopes)]);
}
