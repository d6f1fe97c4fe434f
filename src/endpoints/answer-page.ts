import type { ServerResponse } from 'node:http';
import { PAGE_HEADERS } from '../interaction/pages/render-page.js';

/** Answers with a page, which nobody may keep. */
export function answerPage(
  response: ServerResponse,
  status: number,
  page: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(page), ...PAGE_HEADERS, ...headers });
  response.end(page);
}
