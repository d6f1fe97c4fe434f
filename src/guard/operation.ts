import { isObject, type JsonRpcCall } from './json-rpc.js';

/** What of an MCP server can ask for scopes of its own. */
export type OperationKind = 'tool' | 'resource' | 'prompt';

/** One use of a tool, a resource or a prompt. */
export interface Operation {
  kind: OperationKind;
  /** The name of a tool or prompt, the URI of a resource. */
  name: string;
}

type Named = [kind: OperationKind, name: unknown];

/** The methods that use something by its name, and where that stands. */
const USES = new Map<string, (params: Record<string, unknown>) => Named[]>([
  ['tools/call', ({ name }) => [['tool', name]]],
  ['prompts/get', ({ name }) => [['prompt', name]]],
  ['resources/read', ({ uri }) => [['resource', uri]]],
  ['resources/subscribe', ({ uri }) => [['resource', uri]]],
  // MCP 2026-07-28, "Subscriptions": what takes the place of `resources/subscribe`.
  [
    'subscriptions/listen',
    ({ notifications }) => {
      const uris = isObject(notifications) ? notifications['resourceSubscriptions'] : undefined;
      return uris === undefined ? [] : [uris].flat().map((uri): Named => ['resource', uri]);
    },
  ],
  // The values that an argument may have tell of what is behind it.
  [
    'completion/complete',
    ({ ref }) => {
      const { type, name, uri } = isObject(ref) ? ref : {};
      return [type === 'ref/prompt' ? ['prompt', name] : ['resource', uri]];
    },
  ],
]);

/** What a call uses, of the kinds that count: all unless told. Null where it does not say so in words. */
export function operationsOf(
  { method, params }: JsonRpcCall,
  counts: (kind: OperationKind) => boolean = () => true,
): Operation[] | null {
  const named = USES.get(method)?.(params).filter(([kind]) => counts(kind)) ?? [];
  const operations = named.flatMap(([kind, name]) => (typeof name === 'string' ? [{ kind, name }] : []));
  return operations.length < named.length ? null : operations;
}
