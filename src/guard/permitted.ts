import type { OperationKind } from './operation.js';
import type { McpSession } from './mcp-session.js';

/** Lists of definitions, under the names that MCP has for them. */
export interface Definitions {
  /** Of `tools/list`. */
  tools?: readonly Readonly<Record<'name', string>>[];
  /** Of `prompts/list`. */
  prompts?: readonly Readonly<Record<'name', string>>[];
  /** Of `resources/list`. */
  resources?: readonly Readonly<Record<'uri', string>>[];
  /** Of `resources/templates/list`. */
  resourceTemplates?: readonly Readonly<Record<'uriTemplate', string>>[];
}

const LISTS = new Map<string, [kind: OperationKind, name: string]>([
  ['tools', ['tool', 'name']],
  ['prompts', ['prompt', 'name']],
  ['resources', ['resource', 'uri']],
  ['resourceTemplates', ['resource', 'uriTemplate']],
]);

/**
 * The same, with those definitions alone that the session may use: for the answer to `tools/list` and its like,
 * `return permitted(session, { tools })`.
 * @param options `stepUp` leaves in what the session lacks scopes for, so that a client sees it, calls it, and is told
 * to ask for them.
 */
export function permitted<Lists extends Definitions>(
  session: Pick<McpSession, 'may'>,
  lists: Lists,
  { stepUp = false }: { stepUp?: boolean } = {},
): Lists {
  if (stepUp) return lists;
  const left = Object.entries(lists).map(([list, definitions]: [string, unknown]) => {
    const [kind, name] = LISTS.get(list) ?? [];
    if (!kind || !name || !Array.isArray(definitions)) return [list, definitions];
    const usable = definitions.filter((each: Record<string, unknown>) =>
      session.may(String(each[name]), kind),
    );
    return [list, usable];
  });
  return Object.fromEntries(left) as Lists;
}
