import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { TO_CLIENTS } from '../client-administration.js';
import type { NewApplicationDto } from '../client.dto.js';

export interface NewApplicationPageProps {
  frame: Frame;
  /** What was sent, when something was wrong with it. */
  form?: NewApplicationDto;
  problem?: string;
}

/** Enters an application that acts for people. */
export function newApplicationPage({ frame, form, problem }: NewApplicationPageProps): string {
  return framedPage({
    frame,
    title: 'Add an application',
    lead: 'For one that cannot register itself, and that you want to know beforehand. People still agree before it gets anything.',
    back: TO_CLIENTS,
    problem,
    children: (
      <form method="post" action={href('/admin/clients/new')}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <Field
          label="Name"
          name="name"
          value={form?.name}
          maxlength={100}
          autocomplete="off"
          hint="People read it when they are asked."
        />
        <div class="field">
          <label for="redirectUris">Returns to</label>
          <textarea
            id="redirectUris"
            name="redirectUris"
            rows={3}
            maxlength={4_000}
            aria-describedby="redirectUris-hint"
            required
          >
            {form?.redirectUris}
          </textarea>
          <p class="hint" id="redirectUris-hint">
            Its redirect URIs, one a line, such as https://tool.example.com/callback.
          </p>
        </div>
        <p>
          <label>
            <input
              type="checkbox"
              name="confidential"
              value="yes"
              checked={form === undefined || form.confidential === 'yes'}
            />{' '}
            It runs on a server, and can keep a secret
          </label>
        </p>
        <div class="actions">
          <button type="submit">Add the application</button>
        </div>
      </form>
    ),
  });
}
