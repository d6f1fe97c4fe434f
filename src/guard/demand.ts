import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { memoizeLatest } from '../oauth/memoize-latest.js';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import {
  PROMPT_SCOPES,
  PUBLIC,
  REQUIRED_SCOPES,
  RESOURCE,
  RESOURCE_SCOPES,
  TOOL_SCOPES,
} from './decorators.js';
import { OperationScopes, type ScopesByName } from './operation-scopes.js';
import { Refusals } from './refusals.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** What a handler asks for, as its decorators say. */
export interface Demand {
  resource: ProtectedResource;
  /** What a token must have one of, the resource's own; empty for a resource without scopes. */
  known: readonly string[];
  required: readonly string[];
  operations: OperationScopes;
  refusals: Refusals;
}

/** What handlers ask for: read once for each, and again when the resources have changed. */
export class Demands {
  private readonly known = memoizeLatest(
    (_resources: readonly ProtectedResource[]) => new WeakMap<Controller, Map<Handler, Demand | null>>(),
  );

  constructor(
    private readonly reflector: Reflector,
    private readonly resources: ProtectedResources,
  ) {}

  /** Null for a handler that is public. @throws Error when it names a resource that there is not. */
  of(context: ExecutionContext): Demand | null {
    const known = this.known(this.resources.all());
    const controller = context.getClass();
    const handler = context.getHandler();
    let handlers = known.get(controller);
    if (!handlers) known.set(controller, (handlers = new Map()));
    let demand = handlers.get(handler);
    if (demand === undefined) handlers.set(handler, (demand = this.read([handler, controller])));
    return demand;
  }

  private read(targets: [Handler, Controller]): Demand | null {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return null;
    const identifier = this.reflector.getAllAndOverride<string | undefined>(RESOURCE, targets);
    const resource = identifier === undefined ? this.resources.default() : this.resources.find(identifier);
    if (!resource)
      throw new Error(`@Resource names ${identifier}, which is none of the configured resources.`);
    const required = this.reflector.getAllAndMerge<string[]>(REQUIRED_SCOPES, targets);
    return {
      resource,
      known: Object.keys(resource.scopes),
      required,
      operations: new OperationScopes({
        tools: this.reflector.getAllAndOverride<ScopesByName | undefined>(TOOL_SCOPES, targets),
        resources: this.reflector.getAllAndOverride<ScopesByName | undefined>(RESOURCE_SCOPES, targets),
        prompts: this.reflector.getAllAndOverride<ScopesByName | undefined>(PROMPT_SCOPES, targets),
      }),
      refusals: new Refusals(resource, required),
    };
  }
}
