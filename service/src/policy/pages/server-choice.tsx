import { type ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';

export interface ServerChoiceProps {
  /** Of the field on the page. */
  id: string;
  resources: readonly ProtectedResource[];
  chosen?: string;
}

/** Which MCP server. */
export function ServerChoice({ id, resources, chosen }: ServerChoiceProps) {
  return (
    <div class="field">
      <label for={id}>Server</label>
      <select id={id} name="resource" required>
        {resources.map(({ identifier, name }) => (
          <option key={identifier} value={identifier} selected={identifier === chosen}>
            {displayText(name)} · {identifier}
          </option>
        ))}
      </select>
    </div>
  );
}
