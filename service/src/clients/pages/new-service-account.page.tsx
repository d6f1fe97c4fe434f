import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { TO_CLIENTS } from '../client-administration.js';
import type { NewServiceAccountDto } from '../client.dto.js';

export interface NewServiceAccountPageProps {
  frame: Frame;
  resources: readonly ProtectedResource[];
  /** What was sent, when something was wrong with it. */
  form?: NewServiceAccountDto;
  problem?: string;
}

/** Makes an application that acts for itself. */
export function newServiceAccountPage({
  frame,
  resources,
  form,
  problem,
}: NewServiceAccountPageProps): string {
  return framedPage({
    frame,
    title: 'Add a service account',
    lead: 'For a job, a server or an agent that acts for itself, without a person. Its secret is shown once.',
    back: TO_CLIENTS,
    problem,
    children: (
      <form method="post" action={href('/admin/clients/new-service-account')}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <Field
          label="Id"
          name="clientId"
          value={form?.clientId}
          maxlength={100}
          autocomplete="off"
          hint="Letters, digits, dots, dashes and underscores, such as nightly-report. It is in its tokens, and stays."
        />
        <Field label="Name" name="name" value={form?.name} maxlength={100} autocomplete="off" optional />
        <div class="field">
          <label for="resource">Server</label>
          <select id="resource" name="resource" required>
            {resources.map(({ identifier, name }) => (
              <option key={identifier} value={identifier} selected={identifier === form?.resource}>
                {displayText(name)} · {identifier}
              </option>
            ))}
          </select>
        </div>
        <Field
          label="Scopes"
          name="scopes"
          value={form?.scopes}
          maxlength={4_000}
          autocomplete="off"
          hint="The most it ever gets, separated by spaces; empty for nothing."
          optional
        />
        <div class="actions">
          <button type="submit">Add the service account</button>
        </div>
      </form>
    ),
  });
}
