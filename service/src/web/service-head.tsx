import { Brand } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from './frame.js';
import { href } from './href.js';

/** What stands at the top of every page for people who are signed in. */
export function ServiceHead({ csrf, links, current }: Frame) {
  return (
    <>
      <div class="head">
        <Brand>Company sign-in</Brand>
        <form method="post" action={href('/sign-out')}>
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      </div>
      <nav aria-label="Pages">
        {links.map(({ path, text }) => (
          <a key={path} href={href(path)} aria-current={path === current ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
    </>
  );
}
