import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import { CachedDocument } from './cached-document.js';

/** The server's metadata, and the path that its issuer has. */
export abstract class ServerMetadata {
  abstract readonly issuerPath: string;
  /** As it is now. */
  abstract document(): CachedDocument;
}

const WELL_KNOWN = ['.well-known/oauth-authorization-server', '.well-known/openid-configuration'];

/**
 * RFC 8414 §3 and OpenID Connect Discovery 1.0 §4, wherever a client looks: at the root, with the issuer's path
 * inserted, and (as the root of the issuer's own path) appended.
 */
@Controller(WELL_KNOWN)
@CrossOrigin()
export class AuthorizationServerMetadataController {
  constructor(private readonly metadata: ServerMetadata) {}

  @Get(['', '*suffix'])
  show(@Req() request: Request, @Res() response: Response): void {
    const suffix = WELL_KNOWN.reduce((path, known) => path.replace(`/${known}`, ''), request.path);
    if (suffix !== '' && suffix !== '/' && suffix !== this.metadata.issuerPath) throw new NotFoundException();
    this.metadata.document().send(request, response);
  }
}
