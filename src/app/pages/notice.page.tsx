import { Brand, displayText, renderPage } from '../../index.js';

/** Characters. */
const LONGEST_MESSAGE = 1_000;

export interface NoticePageProps {
  title: string;
  message: string;
  /** A page of this service to go on to. */
  link?: { href: string; text: string };
}

/** Says one thing. */
export function noticePage({ title, message, link }: NoticePageProps): string {
  return renderPage({
    title,
    body: (
      <>
        <Brand>Company sign-in</Brand>
        <h1>{title}</h1>
        <p role="status" class="soft">
          {displayText(message, LONGEST_MESSAGE)}
        </p>
        {link && (
          <p>
            <a class="button" href={link.href}>
              {link.text}
            </a>
          </p>
        )}
      </>
    ),
  });
}
