import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { ADMIN_API_PATH } from '../config/admin-servers.js';
import { Anyone } from '../web/roles.js';
import { ApiDescription } from './api-description.js';

/** The description of the admin API: the same for everybody, since it says nothing of this company. */
@Controller(ADMIN_API_PATH.slice(1))
@Anyone()
@ApiExcludeController()
export class OpenApiController {
  constructor(private readonly description: ApiDescription) {}

  @Get('openapi.json')
  show(@Res() response: Response): void {
    response.set('Cache-Control', 'public, max-age=300').json(this.description.document);
  }
}
