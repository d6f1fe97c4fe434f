import type { Operation } from './operation.js';
import { ScopesByUri } from './scopes-by-uri.js';

/** Scopes by the name of a tool or prompt, or by the URI or URI template of a resource. */
export type ScopesByName = Readonly<Record<string, readonly string[]>>;

const NONE: readonly string[] = [];

/** What single tools, resources and prompts of a handler need beyond the handler's own scopes. */
export class OperationScopes {
  private readonly tools: ReadonlyMap<string, readonly string[]>;
  private readonly prompts: ReadonlyMap<string, readonly string[]>;
  private readonly resources: ScopesByUri;
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
    this.isDeclared = (tools ?? resources ?? prompts) !== undefined;
  }

  of({ kind, name }: Operation): readonly string[] {
    if (kind === 'resource') return this.resources.of(name);
    return (kind === 'tool' ? this.tools : this.prompts).get(name) ?? NONE;
  }
}
