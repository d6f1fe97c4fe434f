import { Injectable, Optional } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { createRequire } from 'node:module';

const TWO_COPIES =
  'is installed twice: once for the application, and once for nestjs-mcp-auth. Both must find the same copy: run `npm ls';

/**
 * What Nest itself provides. Nest knows its own classes by identity, so a second copy of it fails in words that lead
 * nowhere, or later, when an error of the guard is no `HttpException` of the host's.
 */
@Injectable()
export class HostNest {
  /** @throws Error with one sentence where the host runs on another copy of Nest. */
  constructor(
    @Optional() readonly adapterHost: HttpAdapterHost,
    @Optional() readonly module: ModuleRef,
    @Optional() readonly modules: ModulesContainer,
  ) {
    if (!adapterHost || !module || !modules)
      throw new Error(`@nestjs/core ${TWO_COPIES} @nestjs/core\`, and install or link them together.`);
    const { resolve } = createRequire(import.meta.url);
    const ofCore = createRequire(resolve('@nestjs/core'));
    if (ofCore.resolve('@nestjs/common') !== resolve('@nestjs/common'))
      throw new Error(`@nestjs/common ${TWO_COPIES} @nestjs/common\`, and install or link them together.`);
  }
}
