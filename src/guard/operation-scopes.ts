import type { Operation, OperationKind } from './operation.js';
import { ScopesByUri } from './scopes-by-uri.js';

/** Scopes by the name of a tool or prompt, or by the URI or URI template of a resource. */
export type ScopesByName = Readonly<Record<string, readonly string[]>>;

const NONE: readonly string[] = [];

/** What single tools, resources and prompts of a handler need beyond the handler's own scopes. */
export class OperationScopes {
  private readonly tools: ReadonlyMap<string, readonly string[]>;
  private readonly prompts: ReadonlyMap<string, readonly string[]>;
  private readonly resources: ScopesByUri;
  private readonly kinds: ReadonlySet<OperationKind>;
  /** Whether any kind of them is asked for scopes. */
  readonly isDeclared: boolean;

  constructor({
    tools,
    resources,
    prompts,
  }: Partial<Record<'tools' | 'resources' | 'prompts', ScopesByName>>) {
    this.tools = new Map(Object.entries(tools ?? {}));
    this.prompts = new Map(Object.entries(prompts ?? {}));
    this.resources = new ScopesByUri(resources ?? {});
    const declared = { tool: tools, resource: resources, prompt: prompts };
    const kinds: OperationKind[] = ['tool', 'resource', 'prompt'];
    this.kinds = new Set(kinds.filter((kind) => declared[kind] !== undefined));
    this.isDeclared = this.kinds.size > 0;
  }

  /** Whether any of a kind is asked for scopes. */
  asks(kind: OperationKind): boolean {
    return this.kinds.has(kind);
  }

  of({ kind, name }: Operation): readonly string[] {
    if (kind === 'resource') return this.resources.of(name);
    return (kind === 'tool' ? this.tools : this.prompts).get(name) ?? NONE;
  }
}
