import { Controller, Get, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import type { Request } from 'express';
import type { ServerResponse } from 'node:http';
import { AuthorizationFlow } from '../interaction/authorization-flow.js';
import { ConsentPrompt } from '../interaction/consent.prompt.js';
import { InteractionForm } from '../interaction/interaction-form.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';
import type { Interaction } from '../interaction/interaction.js';
import { Interactions } from '../interaction/interactions.js';
import { endedPage } from '../interaction/pages/ended.page.js';
import { Prompts } from '../interaction/prompts.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import { OFFLINE_ACCESS } from '../oauth/server-scopes.js';
import { isUuid } from '../oauth/uuid.js';
import { formParameters } from './form-body.js';
import { answerPage } from './answer-page.js';
import { sendOn } from './send-on.js';

/** The pages of an authorization under way, and the person's answer to them. */
@Controller('interaction')
export class InteractionController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly prompts: Prompts,
    private readonly consent: ConsentPrompt,
    private readonly form: InteractionForm,
    private readonly answers: InteractionAnswers,
  ) {}

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const interaction = await this.find(id, request);
    if (!interaction) return this.repeat(id, request, response, null);
    const view = await this.flow.advance(interaction, request);
    if ('redirect' in view) sendOn(response, view.redirect);
    else answerPage(response, HttpStatus.OK, view.page);
  }

  @Post(':id')
  async answer(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const form = formParameters(request);
    const [csrf = '', decision, ticked] = [form.get('csrf'), form.get('decision'), form.getAll('scope')];
    const isMine = form.get('device') === 'mine';
    const sent = { message: request, hash: digest(JSON.stringify([csrf, decision, ticked, isMine])) };
    const interaction = await this.find(id, request);
    if (!interaction) return this.repeat(id, request, response, sent.hash);
    if (!this.form.isAnswerTo(interaction, csrf))
      throw new InvalidRequestError(
        'This page was not shown to the person who is signed in. Go back and try again.',
      );
    if (decision !== 'approve' && decision !== 'deny')
      throw new InvalidRequestError('The form was sent without a decision.');
    if (decision === 'deny') {
      const denied = await this.flow.deny(interaction, sent);
      return denied === null ? this.repeat(id, request, response, sent.hash) : sendOn(response, denied);
    }
    // The client, the person or the policy may have changed since the page was shown.
    if (!this.form.isAsShown(interaction, csrf)) return this.show(id, request, response);
    if (!(await this.prompts.awaitConsent(interaction))) return this.show(id, request, response);
    const { scopes: requested } = interaction;
    const scopes = requested.filter((scope) => ticked.includes(scope) || scope === OFFLINE_ACCESS);
    if (!allowsAnything(scopes) && allowsAnything(requested))
      return answerPage(
        response,
        HttpStatus.BAD_REQUEST,
        await this.consent.page(interaction, 'Choose at least one permission, or deny the request.'),
      );
    if (interaction.request.device && !isMine)
      return answerPage(
        response,
        HttpStatus.BAD_REQUEST,
        await this.consent.page(interaction, 'Say that the device is in front of you, or deny the request.'),
      );
    const allowed = await this.flow.allow(interaction, scopes, sent);
    return allowed === null ? this.repeat(id, request, response, sent.hash) : sendOn(response, allowed);
  }

  /** The same answer to the same form while it is of use, and after that a page that says what was answered. */
  private async repeat(
    id: string,
    request: Request,
    response: ServerResponse,
    hash: string | null,
  ): Promise<void> {
    const earlier = isUuid(id) ? await this.answers.recall(id, request, hash) : null;
    if (earlier?.redirect) return sendOn(response, earlier.redirect);
    answerPage(response, HttpStatus.BAD_REQUEST, endedPage(earlier?.allowed ?? null));
  }

  private async find(id: string, request: Request): Promise<Interaction | null> {
    return isUuid(id) ? this.interactions.find(id, request) : null;
  }
}

/** To be away is not to do anything. */
function allowsAnything(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope !== OFFLINE_ACCESS);
}
