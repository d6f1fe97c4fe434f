import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { resourceMetadata, resourceMetadataPath } from '../oauth/resource.js';
import { CachedDocument } from './cached-document.js';

/** Seconds. */
const MAX_AGE = 300;

/** RFC 9728 §3: every protected resource with its path inserted; the root describes the default one. */
@Controller('.well-known/oauth-protected-resource')
@CrossOrigin()
export class ProtectedResourceMetadataController {
  private readonly documents: ReadonlyMap<string, CachedDocument>;

  constructor(resources: ProtectedResources) {
    const document = (resource: Parameters<typeof resourceMetadata>[0]) =>
      new CachedDocument(resourceMetadata(resource, resources.issuer), MAX_AGE);
    this.documents = new Map([
      ['/.well-known/oauth-protected-resource', document(resources.default())],
      ...resources
        .all()
        .map((resource): [string, CachedDocument] => [
          resourceMetadataPath(resource.identifier),
          document(resource),
        ]),
    ]);
  }

  @Get(['', '*suffix'])
  show(@Req() request: Request, @Res() response: Response): void {
    const document = this.documents.get(request.path.replace(/\/$/, ''));
    if (!document) throw new NotFoundException();
    document.send(request, response);
  }
}
