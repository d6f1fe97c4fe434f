import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Anyone } from '../web/roles.js';
import { MetricsPage } from './metrics-page.js';

/** Metrics on the service's own port, for who has the token. */
@Controller('metrics')
@Anyone()
export class MetricsController {
  constructor(private readonly page: MetricsPage) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.page.answer(request, response);
  }
}
