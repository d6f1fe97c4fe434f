import { HttpStatus } from '@nestjs/common';
import type { Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { noticePage } from '../web/notice.page.js';
import { TO_SIGN_IN } from '../web/refusal.js';

/** Says that a link that works once works no more. */
export function linkOver(response: Response, message: string, title = 'This link no longer works'): void {
  response
    .status(HttpStatus.GONE)
    .set(PAGE_HEADERS)
    .send(noticePage({ title, message, link: TO_SIGN_IN, isRefusal: true }));
}
