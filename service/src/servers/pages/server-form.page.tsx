import { SIGNING_ALGORITHMS } from 'nestjs-mcp-auth';
import { Choice } from '../../web/choice.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { Field } from '../../web/field.js';
import { formText } from '../../web/form-text.js';
import { href } from '../../web/href.js';
import { TextArea } from '../../web/text-area.js';
import type { Server } from '../server-changes.js';
import { LONGEST_LIFETIME, SHORTEST_LIFETIME } from '../server-draft.js';
import { AS_THE_SERVICE, type ServerDto } from '../server.dto.js';
import { serverPath } from '../server-path.js';

export interface ServerFormPageProps {
  frame: Frame;
  /** As it was filled in, or as the server is. */
  form?: Partial<ServerDto>;
  /** The server that is changed; undefined for a new one. */
  known?: Server;
  problem?: string;
}

/** Adds a server, or changes one. */
export function serverFormPage({ frame, form = {}, known, problem }: ServerFormPageProps): string {
  const wrong = problem !== undefined;
  return framedPage({
    frame,
    title: known ? `Change ${known.name}` : 'Add an MCP server',
    problem,
    back: known
      ? { path: serverPath('server', known.identifier), text: known.name }
      : { path: '/admin/servers', text: 'Back to the MCP servers' },
    children: (
      <form method="post" action={href(`/admin/servers/${known ? 'change' : 'add'}`)} class="narrow">
        <input type="hidden" name="csrf" value={frame.csrf} />
        {known && <input type="hidden" name="version" value={formText(form.version) ?? ''} />}
        <Field
          label="Address"
          name="identifier"
          value={formText(form.identifier)}
          autocomplete="off"
          maxlength={2_000}
          readonly={known !== undefined}
          wrong={wrong}
          hint="The URL that people give their MCP client, such as https://files.example.com/mcp."
        />
        <Field
          label="Name"
          name="name"
          value={formText(form.name)}
          autocomplete="off"
          maxlength={100}
          wrong={wrong}
          hint="What people read when an application asks for access."
        />
        <TextArea
          label="Scopes"
          name="scopes"
          value={formText(form.scopes)}
          rows={5}
          maxlength={20_000}
          wrong={wrong}
          hint="One a line: the scope, a blank, and the words that people read. For example: files:read Read your files. None: whoever may use the server may use all of it."
        />
        <Field
          label="Scopes asked for first"
          name="first"
          value={formText(form.first)}
          autocomplete="off"
          maxlength={10_000}
          optional
          wrong={wrong}
          hint="Separated by blanks. Empty: all of them."
        />
        <TextArea
          label="Scopes that include others"
          name="broader"
          value={formText(form.broader)}
          rows={3}
          maxlength={20_000}
          wrong={wrong}
          hint="One a line: the broader scope, and those that it includes. For example: files:write files:read. Whoever has the first may do what the others allow. None: no scope includes another."
        />
        <Field
          label="Seconds that tokens live"
          name="lifetime"
          value={formText(form.lifetime)}
          autocomplete="off"
          maxlength={10}
          optional
          wrong={wrong}
          hint={`From ${SHORTEST_LIFETIME} to ${LONGEST_LIFETIME}. Empty: as long as the service says.`}
        />
        <Choice
          label="Tokens are signed with"
          name="algorithm"
          chosen={formText(form.algorithm)}
          options={[
            { value: AS_THE_SERVICE, text: 'What the service signs with' },
            ...SIGNING_ALGORITHMS.map((value) => ({ value, text: value })),
          ]}
          hint="For a server that checks tokens by itself and knows one algorithm alone."
        />
        <button type="submit">{known ? 'Save' : 'Add the server'}</button>
      </form>
    ),
  });
}
