import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { requestedScopes } from '../interaction/authorization-request-parser.js';
import {
  type AskingDevice,
  type DeviceAuthorizationResponse,
  DeviceAuthorizations,
} from '../interaction/device-authorizations.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { DEVICE_GRANT_TYPE } from '../oauth/device.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { TokenRequest } from '../oauth/token-request.js';
import { answerJson } from './answer-json.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

const PATH = 'device_authorization';

/** The device authorization endpoint (RFC 8628 §3.1). */
@Controller(PATH)
@Direct()
@MetadataName('device_authorization_endpoint')
@CrossOrigin()
export class DeviceAuthorizationController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly resources: ProtectedResources,
    private readonly devices: DeviceAuthorizations,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Post()
  async authorize(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const message = { parameters: formParameters(request), headers: request.headers, address: request.ip };
    const claims = () => ({
      action: 'device.authorize' as const,
      clientId: this.authenticator.claimedClientId(message),
      resource: message.parameters.first('resource'),
    });
    const { asked, answer } = await auditRefusal(this.audit, claims, () => this.accept(message));
    const { clientId, resource, scopes } = asked;
    this.audit.record({
      action: 'device.authorize',
      outcome: 'success',
      clientId,
      resource,
      detail: { scopes },
    });
    answerJson(response, HttpStatus.OK, answer);
  }

  private async accept(
    message: TokenRequest,
  ): Promise<{ asked: AskingDevice; answer: DeviceAuthorizationResponse }> {
    const { parameters, headers, address } = message;
    const client = await this.authenticator.authenticate(message, PATH, 'resource');
    const { clientId } = client;
    try {
      if (!client.grantTypes.includes(DEVICE_GRANT_TYPE))
        throw new UnauthorizedClientError('The client may not use the device authorization grant.');
      const resource = this.resources.requestedOrDefault(parameters.getAll('resource'));
      const scopes = requestedScopes(parameters, resource, client);
      // Nobody answers for what a client writes that anybody can be.
      if (client.tokenEndpointAuthMethod === 'none') await this.limits.countAuthorization(null, address);
      const asked = {
        clientId,
        resource: resource.identifier,
        scopes,
        address,
        userAgent: headers['user-agent'],
      };
      return { asked, answer: await this.devices.begin(asked) };
    } catch (error) {
      await this.limits.countFault(PATH, { clientId, address }, error);
      throw error;
    }
  }
}
