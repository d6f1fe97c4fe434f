import { Brand } from './components.js';
import { renderPage } from './render-page.js';

const WORDS = {
  allowed: {
    title: 'Go back to your device',
    message: 'You have allowed it. Your device goes on within a few seconds, and you can close this page.',
    closing: 'To take it back, end the connection where you manage your account.',
  },
  denied: {
    title: 'You have denied it',
    message: 'The device gets nothing, and has been told so. You can close this page.',
    closing: 'If somebody sent you the code, tell whoever looks after your account.',
  },
} as const;

/** Tells a person who has answered a device what to do now. */
export function deviceAnsweredPage(answer: keyof typeof WORDS): string {
  const { title, message, closing } = WORDS[answer];
  return renderPage({
    title,
    body: (
      <>
        <Brand />
        <h1>{title}</h1>
        <p role="status">{message}</p>
        <p class="soft">{closing}</p>
      </>
    ),
  });
}
