import { All, Controller, HttpStatus, NotFoundException, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { ADMIN_API_PATH } from '../config/admin-servers.js';
import { within } from '../web/href.js';
import { Problem } from '../web/problem.js';
import { Anyone } from '../web/roles.js';
import { ApiDescription } from './api-description.js';
import { methodsAt } from './methods-at.js';

const DESCRIPTION = `${ADMIN_API_PATH}/openapi.json`;

/** What no other controller of the admin API answers: a method that an address does not take, or no address at all. */
@Controller(ADMIN_API_PATH.slice(1))
@Anyone()
@ApiExcludeController()
export class OtherMethodsController {
  constructor(private readonly description: ApiDescription) {}

  /** @throws Problem 405, with the methods that there are (RFC 9110 §15.5.6), and NotFoundException. */
  @All('*path')
  refuse(@Req() request: Request): never {
    const allowed =
      within(request.path) === DESCRIPTION
        ? ['GET', 'HEAD']
        : methodsAt(this.description.document.paths, request.path);
    if (allowed.length === 0) throw new NotFoundException();
    throw new Problem(
      HttpStatus.METHOD_NOT_ALLOWED,
      `This address takes no ${request.method}: it takes ${allowed.join(', ')}.`,
      {},
      { Allow: allowed.join(', ') },
    );
  }
}
