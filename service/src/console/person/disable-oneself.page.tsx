import { Brand, renderPage } from 'nestjs-mcp-auth/service-kit';
import { PostButton } from '../../web/post-button.js';
import { href } from '../../web/href.js';

/** Asks an administrator who is about to lock themselves out. */
export function disableOneselfPage({ id, csrf }: { id: string; csrf: string }): string {
  const path = `/admin/people/${id}`;
  return renderPage({
    title: 'Disable your own account?',
    body: (
      <>
        <Brand />
        <h1>Disable your own account?</h1>
        <p>
          You are signed out at once, everywhere, and every application that you connected is disconnected.
          Only another administrator can enable the account again.
        </p>
        <div class="row">
          <PostButton action={`${path}/disable`} csrf={csrf} fields={{ confirm: 'yes' }}>
            Disable my account
          </PostButton>
          <a class="button" href={href(path)}>
            Keep it
          </a>
        </div>
      </>
    ),
  });
}
