import { Get, Headers, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { KeyChanges } from '../../keys/key-changes.js';
import { Author } from '../../web/author.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { Needs } from '../needed.js';
import { ChangesWhatWasSeen, Tagged } from '../tagged.js';
import { KeyBody, keyBody, KeyListBody, keysState, NewKeyBody, newKeyBody } from './key.body.js';

/** The keys that tokens are signed with. */
@AdminRoute('keys')
export class KeysApiController {
  constructor(private readonly keys: KeyChanges) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Every key that is published, by algorithm, the newest first' })
  @ApiOkResponse({ type: KeyListBody })
  listKeys(): KeyListBody {
    return { items: this.keys.list().map(keyBody) };
  }

  @Get(':kid')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One key; the ETag stands for all keys of its algorithm, which end with it' })
  @Tagged(KeyBody)
  getKey(@Param('kid') kid: string, @Res({ passthrough: true }) response: Response): KeyBody {
    const { key, ofAlgorithm } = this.keys.find(kid);
    response.set('ETag', entityTag(keysState(ofAlgorithm)));
    return keyBody(key);
  }

  @Post(':kid/rotate')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:settings')
  @ApiOperation({ summary: 'Publishes a successor, which signs once everybody knows it' })
  @ApiOkResponse({ type: NewKeyBody })
  @ChangesWhatWasSeen()
  async rotateKey(
    @Author() author: Author,
    @Param('kid') kid: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<NewKeyBody> {
    return newKeyBody(await this.keys.rotate(author, kid, expectation(ifMatch, keysState)));
  }

  @Post(':kid/compromised')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:settings')
  @ApiOperation({
    summary:
      'The key has leaked: a new one signs at once, and what any key of its algorithm signed is refused',
  })
  @ApiOkResponse({ type: NewKeyBody })
  @ChangesWhatWasSeen()
  async replaceKey(
    @Author() author: Author,
    @Param('kid') kid: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<NewKeyBody> {
    return newKeyBody(await this.keys.replace(author, kid, expectation(ifMatch, keysState)));
  }
}
