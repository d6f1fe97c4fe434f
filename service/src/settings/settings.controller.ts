import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { colourSentence } from './colour-sentence.js';
import { settingsPage, type SettingsPageProps } from './pages/settings.page.js';
import { SettingsChanged, seenVersion } from './settings-changed.js';
import { SettingsChanges } from './settings-changes.js';
import { draftOf, SettingsDto, typedForm } from './settings.dto.js';

const FORBIDDEN: number = HttpStatus.FORBIDDEN;

/** What the company sets for its people. */
@Controller('admin/settings')
@InNavigation({ text: 'Settings', place: 70 })
@Roles('auditor', 'administrator')
export class SettingsController {
  constructor(
    private readonly changes: SettingsChanges,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.page(request, response);
  }

  @Post()
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async change(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const body = request.body as Record<string, unknown>;
    try {
      const form = await readForm(SettingsDto, body);
      const draft = draftOf(form, (await this.changes.read()).settings);
      const { hasChanged } = await this.changes.update(author, draft, seenVersion(form.version));
      const colour = hasChanged && draft.colour ? colourSentence(draft.colour) : '';
      this.statusLine.goOn(
        response,
        '/admin/settings',
        hasChanged ? `The settings are saved. ${colour}`.trim() : 'The settings were so already.',
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.getStatus() === FORBIDDEN) throw error;
      response.status(error.getStatus());
      const seen = error instanceof SettingsChanged ? undefined : body['version'];
      await this.page(request, response, { typed: body, seen, problem: error.message });
    }
  }

  private async page(
    request: Request,
    response: Response,
    more: { typed?: Record<string, unknown>; seen?: unknown; problem?: string } = {},
  ): Promise<void> {
    const { typed, seen, problem } = more;
    const state = await this.changes.read();
    const props: SettingsPageProps = {
      frame: this.frames.of(request, response),
      state: { ...state, version: typeof seen === 'string' ? Number(seen) || 0 : state.version },
      form: typed && typedForm(typed),
      problem,
    };
    response.set(PAGE_HEADERS).send(settingsPage(props));
  }
}
