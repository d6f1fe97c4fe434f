import type { ServerResponse } from 'node:http';

/** Answers with JSON that nobody may keep. By Express's own `json` this costs three times as much: an `ETag`, and a look at what is fresh. */
export function answerJson(
  response: ServerResponse,
  status: number,
  content: object | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(content);
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
