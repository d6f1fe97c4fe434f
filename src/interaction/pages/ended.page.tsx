import { errorPage } from './error.page.js';

const MESSAGES = {
  allowed:
    'You have allowed this, and the application was told so. Go back to it. If it is not connected there, connect again.',
  denied: 'You have denied this, and the application was told so. To allow it, connect again from there.',
  unknown:
    'This authorization has ended, or was begun in another browser. Go back to your application and connect again.',
} as const;

/** Says what became of an authorization that is over. @param allowed what the person answered; null when nobody knows. */
export function endedPage(allowed: boolean | null): string {
  const answer = allowed === null ? 'unknown' : allowed ? 'allowed' : 'denied';
  return errorPage({
    title: 'This has ended',
    message: MESSAGES[answer],
    detail: 'invalid_request',
    closing: allowed
      ? 'To take it back, end the connection where you manage your account.'
      : 'You can close this page.',
  });
}
