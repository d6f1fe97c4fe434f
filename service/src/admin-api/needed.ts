import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiOAuth2 } from '@nestjs/swagger';
import { RequireScopes } from 'nestjs-mcp-auth';
import type { AdminScope } from '../config/admin-scopes.js';

/** What a handler of the admin API takes: of the token, and of the role of its person. */
export const Needed = Reflector.createDecorator<AdminScope>();

/** The same for the guards, and for the description of the API. */
export const Needs = (scope: AdminScope) =>
  applyDecorators(Needed(scope), RequireScopes(scope), ApiOAuth2([scope]));
