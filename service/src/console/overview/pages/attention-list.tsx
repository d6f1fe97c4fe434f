import type { ComponentChildren } from 'preact';
import { Fact } from 'nestjs-mcp-auth/service-kit';
import { counted } from '../../../web/counted.js';
import { href } from '../../../web/href.js';
import type { Attention } from '../attention.js';

/** What waits, and what is wrong; in `children` more facts. */
export function AttentionList({
  parts,
  waiting,
  disabled,
  children,
}: Attention & { children?: ComponentChildren }) {
  const ill = parts.filter(({ isWell }) => !isWell);
  return (
    <dl>
      <Fact name="Waiting">
        {waiting === 0 ? (
          'Nothing waits for you'
        ) : (
          <a href={href('/admin/access/applications')}>{counted(waiting, 'application')} for approval</a>
        )}
      </Fact>
      {disabled > 0 && (
        <Fact name="Disabled">
          <a href={href('/admin/servers')}>{counted(disabled, 'MCP server')}</a>
        </Fact>
      )}
      <Fact name="Health">
        {ill.length === 0
          ? `All is well: ${parts.map(({ name }) => name.toLowerCase()).join(', ')}`
          : ill.map(({ name, remedy }) => (
              <p key={name}>
                <span class="tag">{name}</span> {remedy}
              </p>
            ))}
      </Fact>
      {children}
    </dl>
  );
}
