import { Brand, renderPage } from '../../index.js';

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
          {message}
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
