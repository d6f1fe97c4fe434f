import type { ModulesContainer } from '@nestjs/core';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';

/**
 * One module of an application knows tokens, and the guards of all the others go by it.
 * @throws Error with one sentence where there are two.
 */
export function onlyModule(modules: ModulesContainer): void {
  const knowing = [...modules.values()].filter(({ providers }) => providers.has(AccessTokenVerifier));
  const [first, second] = knowing.map(({ name }) => name);
  if (second === undefined) return;
  throw new Error(
    first === second
      ? `${first} is imported twice: call forRoot once; the module is global.`
      : `${first} and ${second} are both imported: McpAuthModule guards the resources of its own application, so leave McpResourceModule out.`,
  );
}
