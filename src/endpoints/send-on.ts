import type { Response } from 'express';
import { formPostHeaders, formPostPage } from '../interaction/pages/form-post.page.js';
import { postedAnswer } from '../oauth/authorization-response.js';

/**
 * Sends the browser on: to a URL, or with a form to the client. RFC 9700 §4.12: 303, so that no browser repeats a form
 * of ours there.
 */
export function sendOn(response: Response, location: string): void {
  const posted = postedAnswer(location);
  if (posted) response.status(200).set(formPostHeaders()).send(formPostPage(posted));
  else
    response
      .status(303)
      .set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
      .location(location)
      .end();
}
