import { Controller, Get, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AuthorizationFlow } from '../interaction/authorization-flow.js';
import { ConsentPrompt } from '../interaction/consent.prompt.js';
import { InteractionForm } from '../interaction/interaction-form.js';
import type { Interaction } from '../interaction/interaction.js';
import { Interactions } from '../interaction/interactions.js';
import { isUuid } from '../oauth/uuid.js';
import { PAGE_HEADERS } from '../interaction/pages/render-page.js';
import { Prompts } from '../interaction/prompts.js';
import { errorResponse } from '../oauth/authorization-response.js';
import { AccessDeniedError, InvalidRequestError } from '../oauth/errors.js';
import { OFFLINE_ACCESS } from '../oauth/server-scopes.js';
import { formParameters } from './form-body.js';

/** The pages of an authorization under way, and the person's answer to them. */
@Controller('interaction')
export class InteractionController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly prompts: Prompts,
    private readonly consent: ConsentPrompt,
    private readonly form: InteractionForm,
    private readonly settings: McpAuthSettings,
  ) {}

  @Get(':id')
  async show(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const view = await this.flow.advance(await this.find(id, request));
    if ('redirect' in view) redirect(response, view.redirect);
    else send(response, HttpStatus.OK, view.page);
  }

  @Post(':id')
  async answer(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const form = formParameters(request);
    const interaction = await this.find(id, request);
    if (!this.form.isAnswerTo(interaction, form.get('csrf') ?? ''))
      throw new InvalidRequestError(
        'This page was not shown to the person who is signed in. Go back and try again.',
      );
    const decision = form.get('decision');
    if (decision === 'deny') return this.deny(interaction, response);
    if (decision !== 'approve') throw new InvalidRequestError('The form was sent without a decision.');
    // The person or the policy may have changed since the page was shown.
    if (!(await this.prompts.awaitConsent(interaction))) return this.show(id, request, response);
    const { scopes: requested } = interaction;
    const ticked = new Set(form.getAll('scope'));
    const scopes = requested.filter((scope) => ticked.has(scope) || scope === OFFLINE_ACCESS);
    if (ticked.size === 0 && requested.some((scope) => scope !== OFFLINE_ACCESS))
      return send(
        response,
        HttpStatus.BAD_REQUEST,
        await this.consent.page(interaction, 'Choose at least one permission, or deny the request.'),
      );
    redirect(response, await this.flow.complete(interaction, scopes, true));
  }

  private async deny(interaction: Interaction, response: Response): Promise<void> {
    if (!(await this.flow.cancel(interaction))) throw expired();
    const error = new AccessDeniedError('The person denied the request.');
    redirect(response, errorResponse(interaction.request, this.settings.issuer, error));
  }

  private async find(id: string, request: Request): Promise<Interaction> {
    const interaction = isUuid(id) ? await this.interactions.find(id, request) : null;
    if (!interaction) throw expired();
    return interaction;
  }
}

function expired(): InvalidRequestError {
  return new InvalidRequestError(
    'This authorization has ended, or was begun in another browser. Go back to your application and connect again.',
  );
}

function send(response: Response, status: number, page: string): void {
  response.status(status).set(PAGE_HEADERS).send(page);
}

// RFC 9700 §4.12: 303, so that no browser repeats the form at the client.
function redirect(response: Response, location: string): void {
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, location);
}
