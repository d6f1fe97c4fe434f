import { type IncomingMessage, request } from 'node:http';
import { encode } from './browser.js';

export interface SlowAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A form that is on its way: its last byte leaves when it is finished. */
export async function beginForm(
  url: string,
  fields: Record<string, string>,
): Promise<{ finish(): Promise<SlowAnswer> }> {
  const body = encode(fields);
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      connection: 'keep-alive',
    },
  });
  const answer = new Promise<SlowAnswer>((resolve, reject) => {
    outgoing.once('error', reject).once('response', (response) => {
      let text = '';
      response
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
    });
  });
  answer.catch(() => undefined);
  await new Promise((resolve) => outgoing.write(body.slice(0, -1), resolve));
  return {
    finish: () => {
      outgoing.end(body.slice(-1));
      return answer;
    },
  };
}
