import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import { InvalidTargetError } from '../oauth/errors.js';
import { Parameters, queryOf } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { resourceMetadata } from '../oauth/resource.js';
import { DpopRules } from '../verification/dpop-rules.js';

/**
 * The metadata document (RFC 9728 §2) of any resource, for a server in another process to serve as it is:
 * `GET /resource-metadata?resource=https://files.example.com/mcp`.
 */
@Controller('resource-metadata')
@CrossOrigin()
export class ResourceMetadataController {
  constructor(
    private readonly resources: ProtectedResources,
    private readonly dpop: DpopRules,
  ) {}

  /** `invalid_request` without `resource`, `invalid_target` for one that is unknown or disabled. */
  @Get()
  show(@Req() request: Request, @Res() response: Response): void {
    const resource = this.resources.requested([Parameters.parse(queryOf(request.url)).require('resource')]);
    if (!resource) throw new InvalidTargetError('The resource is unknown.');
    response
      .set('Cache-Control', 'no-cache')
      .json(resourceMetadata(resource, this.resources.issuer, this.dpop));
  }
}
