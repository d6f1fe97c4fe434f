import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { KeyBinding } from '../grant-types/key-binding.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { parseAuthorizationRequest } from '../interaction/authorization-request-parser.js';
import { PushedRequests, type PushedRequestResponse } from '../interaction/pushed-requests.js';
import { redirectTarget } from '../interaction/redirect-target.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { DpopProof } from '../verification/dpop-proof.js';
import { answerJson } from './answer-json.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

const PATH = 'par';

/** The pushed authorization request endpoint (RFC 9126 §2). */
@Controller(PATH)
@Direct()
@MetadataName('pushed_authorization_request_endpoint')
@CrossOrigin()
export class PushedAuthorizationRequestController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly binding: KeyBinding,
    private readonly resources: ProtectedResources,
    private readonly pushed: PushedRequests,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Post()
  async push(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const message = { parameters: formParameters(request), headers: request.headers, address: request.ip };
    const { parameters } = message;
    const claims = () => ({
      action: 'authorization.push' as const,
      clientId: this.authenticator.claimedClientId(message),
      resource: parameters.first('resource'),
      detail: { redirectUri: parameters.first('redirect_uri') },
    });
    const { answer, authorization } = await auditRefusal(this.audit, claims, () => this.accept(message));
    const { clientId, resource, redirectUri, scopes } = authorization;
    const detail = { redirectUri, scopes };
    this.audit.record({ action: 'authorization.push', outcome: 'success', clientId, resource, detail });
    const headers = request.headers['dpop'] === undefined ? {} : this.binding.nonceHeader();
    answerJson(response, HttpStatus.CREATED, answer, headers);
  }

  private async accept(
    message: TokenRequest,
  ): Promise<{ answer: PushedRequestResponse; authorization: AuthorizationRequest }> {
    const { parameters, address } = message;
    // Before the client proves itself: an assertion must not be used up for a proof that is wrong.
    const proof = await this.counted(null, address, async () => this.binding.read(message, PATH));
    const client = await this.authenticator.authenticate(message, PATH, 'resource');
    return this.counted(client.clientId, address, async () => {
      const authorization = this.check(message, client, proof);
      // Nobody answers for what a client writes that anybody can be.
      if (client.tokenEndpointAuthMethod === 'none') await this.limits.countAuthorization(null, address);
      const keyThumbprint = proof && (await this.binding.take(proof));
      return { answer: await this.pushed.push(parameters, client, keyThumbprint), authorization };
    });
  }

  /** RFC 9126 §2.1: as the authorization endpoint would. @throws OAuthError */
  private check(
    { parameters }: TokenRequest,
    client: OAuthClient,
    proof: DpopProof | null,
  ): AuthorizationRequest {
    parameters.require('client_id');
    if (parameters.has('request_uri'))
      throw new InvalidRequestError('A request_uri is not taken in a pushed request.');
    const redirectUri = redirectTarget(parameters, client);
    const authorization = parseAuthorizationRequest(parameters, client, redirectUri, this.resources);
    const { keyThumbprint } = authorization;
    // RFC 9449 §10.1.
    if (proof && keyThumbprint !== undefined && keyThumbprint !== proof.keyThumbprint)
      throw new InvalidRequestError('The dpop_jkt is not that of the key that signed the DPoP proof.');
    return authorization;
  }

  private async counted<T>(
    clientId: string | null,
    address: string | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.limits.countFault(PATH, { clientId, address }, error);
      throw error;
    }
  }
}
