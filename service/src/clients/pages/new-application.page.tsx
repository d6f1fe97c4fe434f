import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { TextArea } from '../../web/text-area.js';
import type { NewApplicationDto } from '../client.dto.js';
import { newClientPage } from './new-client.page.js';

export interface NewApplicationPageProps {
  frame: Frame;
  /** What was sent, when something was wrong with it. */
  form?: NewApplicationDto;
  problem?: string;
}

/** Enters an application that acts for people. */
export function newApplicationPage({ frame, form, problem }: NewApplicationPageProps): string {
  return newClientPage({
    frame,
    title: 'Add an application',
    lead: 'For one that cannot register itself, and that you want to know beforehand. Whoever enters it here has approved it, which the page of approvals takes back. People still agree before it gets anything.',
    action: '/admin/clients/new',
    button: 'Add the application',
    problem,
    children: (
      <>
        <Field
          label="Name"
          name="name"
          value={form?.name}
          maxlength={100}
          autocomplete="off"
          hint="People read it when they are asked."
        />
        <TextArea
          label="Returns to"
          name="redirectUris"
          value={form?.redirectUris}
          rows={3}
          maxlength={4_000}
          hint="Its redirect URIs, one a line, such as https://tool.example.com/callback."
          required
        />
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
      </>
    ),
  });
}
