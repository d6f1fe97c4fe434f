import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import type { DocumentController } from '../mount/ready-documents.js';
import { memoizeLatest } from '../oauth/memoize-latest.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { CachedDocument } from './cached-document.js';
import { MetadataName } from './metadata-name.js';

/** Seconds for which a verifier may keep the keys. */
const MAX_AGE = 300;

/** The issuer's public keys (RFC 7517 §5). */
@Controller('jwks')
@MetadataName('jwks_uri')
@CrossOrigin()
export class JwksController implements DocumentController {
  private readonly document = memoizeLatest((keys: object) => new CachedDocument(keys, MAX_AGE));

  constructor(private readonly keys: SigningKeys) {}

  @Get()
  show(@Req() request: Request, @Res() response: Response): void {
    this.documentAt().send(request, response);
  }

  documentAt(): CachedDocument {
    return this.document(this.keys.jwks());
  }
}
