import { Reflector } from '@nestjs/core';

/**
 * On a route that ends something, and on the page that asks about it: whoever signed in more than ten minutes ago signs in
 * again first, and comes back to it. The guard that finds the viewer sees to it.
 */
export const FreshSignIn = Reflector.createDecorator<true>({ transform: () => true });
