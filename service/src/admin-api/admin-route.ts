import { applyDecorators, Controller, UseGuards, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { McpAuthGuard } from 'nestjs-mcp-auth';
import { ADMIN_API_PATH } from '../config/admin-servers.js';
import { Anyone } from '../web/roles.js';
import { AuthorGuard } from './author.guard.js';
import { JsonBodies } from './json-bodies.guard.js';
import { KnownParameters, NoParameters } from './known-parameters.js';

/** A part of the admin API: for whoever has an access token of it, and closed to cookies. */
export const AdminRoute = (path: string) =>
  applyDecorators(
    Controller(`${ADMIN_API_PATH.slice(1)}/${path}`),
    Anyone(),
    UseGuards(McpAuthGuard, AuthorGuard, JsonBodies, NoParameters),
    UsePipes(KnownParameters),
    ApiTags(path.split('/', 1)[0] ?? path),
  );
