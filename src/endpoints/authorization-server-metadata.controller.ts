import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { ServerMetadata } from './server-metadata.js';

const WELL_KNOWN = ['.well-known/oauth-authorization-server', '.well-known/openid-configuration'];

/**
 * RFC 8414 §3 and OpenID Connect Discovery 1.0 §4, wherever a client looks: at the root, with the issuer's path
 * inserted, and (as the root of the issuer's own path) appended.
 */
@Controller(WELL_KNOWN)
@CrossOrigin()
export class AuthorizationServerMetadataController {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly metadata: ServerMetadata,
  ) {}

  @Get(['', '*suffix'])
  show(@Req() request: Request, @Res() response: Response): void {
    const suffix = WELL_KNOWN.reduce((path, known) => path.replace(`/${known}`, ''), request.path);
    if (suffix !== '' && suffix !== '/' && suffix !== this.settings.basePath) throw new NotFoundException();
    this.metadata.document().send(request, response);
  }
}
