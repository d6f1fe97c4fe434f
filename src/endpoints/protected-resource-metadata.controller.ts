import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import type { DocumentController } from '../mount/ready-documents.js';
import { memoizeLatest } from '../oauth/memoize-latest.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { type ProtectedResource, resourceMetadata, resourceMetadataPath } from '../oauth/resource.js';
import { DpopRules } from '../verification/dpop-rules.js';
import { CachedDocument } from './cached-document.js';

/** Seconds. */
const MAX_AGE = 300;
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** RFC 9728 §3: every protected resource with its path inserted; the root describes the default one. */
@Controller('.well-known/oauth-protected-resource')
@CrossOrigin()
export class ProtectedResourceMetadataController implements DocumentController {
  private readonly documents = memoizeLatest((resources: readonly ProtectedResource[]) => {
    const [first] = resources;
    const { origin } = new URL(this.resources.issuer);
    const here = (resource: ProtectedResource) => new URL(resource.identifier).origin === origin;
    // Where two hosts use one path, this issuer's host comes first.
    const ordered = [...resources.filter((each) => !here(each)), ...resources.filter(here)];
    return new Map(
      [
        ...ordered.map((each) => [resourceMetadataPath(each.identifier), each] as const),
        ...(first ? [[WELL_KNOWN, first] as const] : []),
      ].map(([path, each]) => [
        path,
        new CachedDocument(resourceMetadata(each, this.resources.issuer, this.dpop), MAX_AGE),
      ]),
    );
  });

  constructor(
    private readonly resources: ProtectedResources,
    private readonly dpop: DpopRules,
  ) {}

  @Get(['', '*suffix'])
  show(@Req() request: Request, @Res() response: Response): void {
    const document = this.documentAt(request.path);
    if (!document) throw new NotFoundException();
    document.send(request, response);
  }

  documentAt(path: string): CachedDocument | null {
    return this.documents(this.resources.all()).get(path.replace(/\/$/, '')) ?? null;
  }
}
