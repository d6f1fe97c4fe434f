import { Controller, Get, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { Request } from 'express';
import type { ServerResponse } from 'node:http';
import { ClientRegistry, type KnownClient } from '../clients/client-registry.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { AuthorizationFlow } from '../interaction/authorization-flow.js';
import { parseAuthorizationRequest } from '../interaction/authorization-request-parser.js';
import { PushedRequests } from '../interaction/pushed-requests.js';
import { redirectTarget } from '../interaction/redirect-target.js';
import { RefusedAuthorization } from '../interaction/refused-authorization.js';
import { Direct } from '../mount/direct.js';
import type { OAuthClient } from '../oauth/client.js';
import {
  InvalidClientError,
  InvalidRequestError,
  InvalidRequestUriError,
  OAuthError,
  TooManyRequestsError,
} from '../oauth/errors.js';
import { Parameters, queryOf } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { answerPage } from './answer-page.js';
import { auditRefusal } from './audit-refusal.js';
import { ChangedClientError, forClient } from './changed-client.js';
import { formParameters } from './form-body.js';
import { sendOn } from './send-on.js';
import { MetadataName } from './metadata-name.js';

interface Asked {
  sent: Parameters;
  /** Of the pushed request that it is; null for one that the browser brings. */
  hash: string | null;
  request: Request;
  response: ServerResponse;
}

/** The authorization endpoint (OAuth 2.1 §3.1, §4.1.1). */
@Controller('authorize')
@Direct({ forHost: true })
@MetadataName('authorization_endpoint')
export class AuthorizeController {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly resources: ProtectedResources,
    private readonly pushed: PushedRequests,
    private readonly flow: AuthorizationFlow,
    private readonly refused: RefusedAuthorization,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Get()
  async get(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const parameters = await this.counted(request, async () => Parameters.parse(queryOf(request.url)));
    await this.authorize(parameters, request, response);
  }

  @Post()
  async post(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const parameters = await this.counted(request, async () => formParameters(request));
    await this.authorize(parameters, request, response);
  }

  private async authorize(sent: Parameters, request: Request, response: ServerResponse): Promise<void> {
    const pushed = await this.audited(sent, request, () => this.pushed.find(sent, request));
    if (pushed && 'location' in pushed) return sendOn(response, pushed.location);
    const parameters = pushed?.parameters ?? sent;
    const asked = { sent: parameters, hash: pushed?.hash ?? null, request, response };
    const known = await this.audited(parameters, request, () =>
      this.known(parameters.require('client_id'), request.ip),
    );
    try {
      // Another click of the same browser may have been faster, or the client is another by now.
      if (!(await this.answer(asked, known))) await this.authorize(sent, request, response);
    } catch (error) {
      if (!(error instanceof ChangedClientError)) throw error;
      await this.authorize(sent, request, response);
    }
  }

  /** False where nothing was answered, and what was sent has to be looked at again. */
  private async answer({ sent, hash, request, response }: Asked, known: KnownClient): Promise<boolean> {
    const checked = <Answer>(work: () => Promise<Answer>) =>
      this.audited(sent, request, () => forClient(known, work));
    const { client, redirectUri } = await checked(async () => trustedTarget(sent, known.client));
    try {
      const location = await checked(async () => {
        const authorization = parseAuthorizationRequest(sent, client, redirectUri, this.resources);
        if (hash === null) this.pushed.refuseUnlessOptional(client);
        return this.flow.begin(authorization, client, { request, response }, hash, known.isCurrent);
      });
      if (location === null) return false;
      sendOn(response, location);
    } catch (error) {
      if (!(error instanceof OAuthError) || isOurs(error)) throw error;
      const view = await this.refused.answer(error, {
        client,
        redirectUri,
        parameters: sent,
        message: request,
      });
      if ('redirect' in view) sendOn(response, view.redirect);
      else answerPage(response, HttpStatus.BAD_REQUEST, view.page);
    }
    return true;
  }

  /** Whoever does well is never refused for what others did: many people come from the address of an office. */
  private async counted<Answer>(request: Request, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      await this.limits.countFault('authorize', { address: request.ip }, error);
      throw error;
    }
  }

  private audited<Answer>(
    parameters: Parameters,
    request: Request,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const claims = () => ({
      action: 'authorization.request' as const,
      clientId: parameters.first('client_id'),
      resource: parameters.first('resource'),
      detail: { redirectUri: parameters.first('redirect_uri') },
    });
    return auditRefusal(this.audit, claims, () => this.counted(request, work));
  }

  /** RFC 9110 §15.5.2: 401 asks for credentials, which a person with a browser cannot give for a client. */
  private async known(clientId: string, address: string | undefined): Promise<KnownClient> {
    try {
      return await this.clients.known(clientId, address);
    } catch (error) {
      if (!(error instanceof InvalidClientError)) throw error;
      throw new OAuthError(error.error, error.description, HttpStatus.BAD_REQUEST, { cause: error.cause });
    }
  }
}

/** Until these are known to belong together, an error is a page and never a redirect (RFC 9700 §4.11). */
function trustedTarget(
  sent: Parameters,
  client: OAuthClient | null,
): { client: OAuthClient; redirectUri: string } {
  if (!client || client.disabled) throw new InvalidRequestError('The client is unknown.');
  return { client, redirectUri: redirectTarget(sent, client) };
}

/** What the client could do nothing about, or is nobody's: it is said to the person, who tries again. */
function isOurs(error: OAuthError): boolean {
  return (
    error.getStatus() >= 500 ||
    error instanceof TooManyRequestsError ||
    error instanceof InvalidRequestUriError
  );
}
