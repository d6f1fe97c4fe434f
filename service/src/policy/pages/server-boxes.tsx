import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { RuleFields } from '../rule-form.js';

export interface ServerBoxesProps {
  resources: readonly ProtectedResource[];
  fields: RuleFields;
  /** A rule that is there is for one server. */
  isOne: boolean;
}

/** The servers of a rule, each with its scopes. */
export function ServerBoxes({ resources, fields, isOne }: ServerBoxesProps) {
  return (
    <fieldset aria-describedby="servers-hint">
      <legend>{isOne ? 'Server' : 'Servers'}</legend>
      <p class="hint" id="servers-hint">
        {isOne ? '' : 'Each gets a rule of its own. '}Where no scope is ticked, all of the server are meant.
      </p>
      <ul class="scopes">
        {resources.map((resource) => (
          <li key={resource.identifier}>
            <ServerBox resource={resource} fields={fields} isOne={isOne} />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function ServerBox({
  resource,
  fields,
  isOne,
}: Omit<ServerBoxesProps, 'resources'> & { resource: ProtectedResource }) {
  const { identifier, name, scopes } = resource;
  return (
    <>
      <label class="scope">
        <input
          type={isOne ? 'radio' : 'checkbox'}
          name="server"
          value={identifier}
          checked={fields.server.includes(identifier)}
        />
        <span>
          <bdi>{displayText(name)}</bdi>
          <code>{identifier}</code>
        </span>
      </label>
      {Object.keys(scopes).length > 0 && (
        <div class="ticks" role="group" aria-label={`Scopes of ${displayText(name)}`}>
          {Object.entries(scopes).map(([scope, words]) => {
            const value = `${scope} ${identifier}`;
            return (
              <label key={scope} title={displayText(words)}>
                <input type="checkbox" name="scope" value={value} checked={fields.scope.includes(value)} />
                <code>{displayText(scope)}</code>
              </label>
            );
          })}
        </div>
      )}
    </>
  );
}
