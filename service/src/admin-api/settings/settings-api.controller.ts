import { Body, Get, Headers, Patch, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { SettingsChanges, type SettingsState } from '../../settings/settings-changes.js';
import { Author } from '../../web/author.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { Needs } from '../needed.js';
import { ChangesWhatWasSeen, Tagged } from '../tagged.js';
import { draftOf, SettingsBody, settingsBody, SettingsChangeBody } from './settings.body.js';

/** What the company sets for its people. */
@AdminRoute('settings')
export class SettingsApiController {
  constructor(private readonly changes: SettingsChanges) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'The settings as they are in force' })
  @Tagged(SettingsBody)
  async getSettings(@Res({ passthrough: true }) response: Response): Promise<SettingsBody> {
    return tagged(await this.changes.read(), response);
  }

  @Patch()
  @Needs('admin:settings')
  @ApiOperation({ summary: 'Changes the settings that are named' })
  @Tagged(SettingsBody)
  @ChangesWhatWasSeen()
  async changeSettings(
    @Author() author: Author,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() body: SettingsChangeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SettingsBody> {
    const outcome = await this.changes.update(author, draftOf(body), expectation(ifMatch, settingsBody));
    return tagged(outcome, response);
  }
}

function tagged(state: SettingsState, response: Response): SettingsBody {
  const body = settingsBody(state);
  response.set('ETag', entityTag(body));
  return body;
}
