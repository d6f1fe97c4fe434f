// What Nest alone calls is no API for people: constructors of injected classes and lifecycle hooks stay out of the reference.
import { Converter, ReflectionKind } from 'typedoc';

const HOOKS = new Set([
  'configure',
  'onModuleInit',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'canActivate',
]);
const MADE_BY_HAND = new Set(['OAuthError', 'TestTokens']);

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const member of project.getReflectionsByKind(ReflectionKind.Constructor | ReflectionKind.Method))
      if (
        member.kindOf(ReflectionKind.Constructor)
          ? !MADE_BY_HAND.has(member.parent?.name ?? '')
          : HOOKS.has(member.name)
      )
        project.removeReflection(member);
  });
}
