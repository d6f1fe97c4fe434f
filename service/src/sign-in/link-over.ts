import { HttpStatus } from '@nestjs/common';
import type { Response } from 'express';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { noticePage } from '../web/notice.page.js';

/** Says that a link that works once works no more. */
export function linkOver(response: Response, message: string, title = 'This link no longer works'): void {
  const link = { href: '/sign-in', text: 'Sign in' };
  response.status(HttpStatus.GONE).set(PAGE_HEADERS).send(noticePage({ title, message, link }));
}
