import { HttpStatus } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { formPostHeaders, formPostPage } from '../interaction/pages/form-post.page.js';
import { postedAnswer } from '../oauth/authorization-response.js';
import { answerPage } from './answer-page.js';

const NO_URI_CHARACTERS = /[^\x21-\x7e]+|["<>\\^`{|}]+/g;

/**
 * Sends the browser on: to a URL, or with a form to the client. RFC 9700 §4.12: 303, so that no browser repeats a form
 * of ours there.
 */
export function sendOn(response: ServerResponse, location: string): void {
  const posted = postedAnswer(location);
  if (posted) return answerPage(response, HttpStatus.OK, formPostPage(posted), formPostHeaders());
  response.writeHead(HttpStatus.SEE_OTHER, {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    // Redirect URIs hold nothing else; a host's page may (RFC 9110 §10.2.2, RFC 3986 §2).
    Location: location.replace(NO_URI_CHARACTERS, (text) => encodeURI(Buffer.from(text).toString())),
    'Content-Length': 0,
  });
  response.end();
}
