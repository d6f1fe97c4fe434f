import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import type { DocumentController } from '../mount/ready-documents.js';
import type { CachedDocument } from './cached-document.js';
import { ServerMetadata } from './server-metadata.js';

const WELL_KNOWN = ['.well-known/oauth-authorization-server', '.well-known/openid-configuration'];

/**
 * RFC 8414 §3 and OpenID Connect Discovery 1.0 §4, wherever a client looks: at the root, with the issuer's path
 * inserted, and (as the root of the issuer's own path) appended.
 */
@Controller(WELL_KNOWN)
@CrossOrigin()
export class AuthorizationServerMetadataController implements DocumentController {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly metadata: ServerMetadata,
  ) {}

  @Get(['', '*suffix'])
  show(@Req() request: Request, @Res() response: Response): void {
    const document = this.documentAt(request.path);
    if (!document) throw new NotFoundException();
    document.send(request, response);
  }

  documentAt(path: string): CachedDocument | null {
    const suffix = WELL_KNOWN.reduce((rest, known) => rest.replace(`/${known}`, ''), path);
    return ['', '/', this.settings.basePath].includes(suffix) ? this.metadata.document() : null;
  }
}
