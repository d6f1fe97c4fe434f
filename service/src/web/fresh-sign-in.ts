import { Reflector } from '@nestjs/core';

export interface FreshSignInOptions {
  /** Whether what was sent wants it. Default: it does. */
  when?: (form: Readonly<Record<string, unknown>>) => boolean;
  /** No page is at the address of the form: they come back to that of its controller. Default false. */
  isFormAlone?: boolean;
}

/**
 * On a route that ends something or gives power, and on the page that asks about it: whoever signed in more than ten minutes
 * ago signs in again first, and comes back to it. The guard that finds the viewer sees to it.
 */
export const FreshSignIn = Reflector.createDecorator<FreshSignInOptions | undefined, FreshSignInOptions>({
  transform: (options) => options ?? {},
});

/** Of a form that gives somebody a role: one that sees or changes what is not their own. */
export function givesPower({ role }: Readonly<Record<string, unknown>>): boolean {
  return role !== undefined && role !== 'member';
}

/** Of a form that decides: a refusal ends something, for everybody whom it is for. */
export function refuses({ outcome }: Readonly<Record<string, unknown>>): boolean {
  return outcome === 'refused';
}
