import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Choice } from '../../web/choice.js';
import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import type { NewServiceAccountDto } from '../client.dto.js';
import { newClientPage } from './new-client.page.js';

export interface NewServiceAccountPageProps {
  frame: Frame;
  resources: readonly ProtectedResource[];
  /** What was sent, when something was wrong with it. */
  form?: NewServiceAccountDto;
  problem?: string;
}

/** Makes an application that acts for itself. */
export function newServiceAccountPage(props: NewServiceAccountPageProps): string {
  const { frame, resources, form, problem } = props;
  return newClientPage({
    frame,
    title: 'Add a service account',
    lead: 'For a job, a server or an agent that acts for itself, without a person. Its secret is shown once.',
    action: '/admin/clients/new-service-account',
    button: 'Add the service account',
    problem,
    children: (
      <>
        <Field
          label="Id"
          name="clientId"
          value={form?.clientId}
          maxlength={100}
          autocomplete="off"
          hint="Letters, digits, dots, dashes and underscores, such as nightly-report. It is in its tokens, and stays."
        />
        <Field label="Name" name="name" value={form?.name} maxlength={100} autocomplete="off" optional />
        <Choice
          label="Server"
          name="resource"
          options={resources.map(({ identifier, name }) => ({
            value: identifier,
            text: `${displayText(name)} · ${identifier}`,
          }))}
          chosen={form?.resource}
        />
        <Field
          label="Scopes"
          name="scopes"
          value={form?.scopes}
          maxlength={4_000}
          autocomplete="off"
          hint="The most it ever gets, separated by spaces; empty for nothing."
          optional
        />
      </>
    ),
  });
}
