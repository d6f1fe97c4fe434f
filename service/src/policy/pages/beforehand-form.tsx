import { Choice } from '../../web/choice.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { formText } from '../../web/form-text.js';
import { href } from '../../web/href.js';
import type { DecideBeforehandDto } from '../client-decision.dto.js';
import { DecisionButtons } from './decision-buttons.js';
import { EndField } from './end-field.js';

export interface BeforehandFormProps {
  csrf: string;
  /** As it was filled in. */
  form: Partial<DecideBeforehandDto>;
  wrong: boolean;
}

/** Decides about a kind of applications before anybody asks for one. */
export function BeforehandForm({ csrf, form, wrong }: BeforehandFormProps) {
  return (
    <section aria-labelledby="beforehand">
      <h2 id="beforehand">Decide before anybody asks</h2>
      <form method="post" action={href('/admin/access/applications/beforehand')} class="narrow">
        <input type="hidden" name="csrf" value={csrf} />
        <Choice
          label="Which applications"
          name="of"
          chosen={formText(form.of)}
          options={[
            { value: 'host', text: 'Those that a host publishes, or that return to it' },
            { value: 'program', text: "Programs of a name on people's own computers" },
          ]}
        />
        <Field
          label="Host, or name of the program"
          name="name"
          value={formText(form.name)}
          autocomplete="off"
          maxlength={300}
          wrong={wrong}
          hint="Such as claude.ai, or Claude Code as the program calls itself. Any program on a computer can take a name."
        />
        <Field
          label="Email of the only person"
          name="person"
          type="email"
          value={formText(form.person)}
          autocomplete="off"
          maxlength={LONGEST_EMAIL}
          optional
          hint="Empty for everybody."
        />
        <EndField value={formText(form.until)} />
        <DecisionButtons />
      </form>
    </section>
  );
}
