import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { AuditLog } from '../host/audit-log.js';
import type { GrantType, KeyOf } from '../grant-types/grant-type.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { KeyBinding } from '../grant-types/key-binding.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import type { TokenRequest, TokenResponse } from '../oauth/token-request.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { answerJson } from './answer-json.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** The token endpoint (OAuth 2.1 §3.2). */
@Controller('token')
@Direct()
@MetadataName('token_endpoint')
@CrossOrigin()
export class TokenController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly binding: KeyBinding,
    private readonly grantTypes: GrantTypes,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Post()
  async exchange(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const message = { parameters: formParameters(request), headers: request.headers, address: request.ip };
    const claims = () => ({
      action: 'token.issue' as const,
      clientId: this.authenticator.claimedClientId(message),
      resource: message.parameters.first('resource'),
      detail: { grantType: message.parameters.first('grant_type') },
    });
    const answer = await auditRefusal(this.audit, claims, () => this.answer(message));
    const headers = answer.token_type === 'DPoP' ? this.binding.nonceHeader() : {};
    answerJson(response, HttpStatus.OK, answer, headers);
  }

  private async answer(message: TokenRequest): Promise<TokenResponse> {
    const { parameters, address } = message;
    const named = this.grantTypes.named(parameters.first('grant_type'));
    const asking = { clientId: null, grantType: named?.name ?? null, address };
    // Before the client proves itself: an assertion must not be used up for a proof that is wrong.
    const proof = await this.counted(asking, async () => this.binding.read(message));
    const keyOf: KeyOf = (client) => this.binding.accept(proof, client);
    const alone = await this.counted(asking, async () => this.alone(named, message, keyOf));
    if (alone) return alone;
    const client = await this.authenticator.authenticate(
      message,
      'token',
      ...(named?.repeatable ?? ['resource']),
    );
    return this.counted({ ...asking, clientId: client.clientId }, async () => {
      const grantType = this.grantTypes.find(parameters.require('grant_type'));
      if (grantType.name === 'authorization_code' && !client.grantTypes.includes(grantType.name))
        throw new UnauthorizedClientError('The client may not use this grant type.');
      return grantType.exchange(parameters, client, await keyOf(client), address);
    });
  }

  /** Null for a request that needs a client. */
  private alone(
    grantType: GrantType | null,
    message: TokenRequest,
    keyOf: KeyOf,
  ): Promise<TokenResponse> | null {
    if (!grantType?.alone) return null;
    message.parameters.refuseRepeated('resource');
    return grantType.alone(message, keyOf);
  }

  private async counted<T>(
    asking: { clientId: string | null; grantType: string | null; address: string | undefined },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.limits.countFault('token', asking, error);
      throw error;
    }
  }
}
