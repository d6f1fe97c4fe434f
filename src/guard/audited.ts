import { recordedCalls } from './call-audit.js';
import { isObject } from './json-rpc.js';
import { RequestAuth } from './request-auth.js';
import { TokenSession } from './token-session.js';

/**
 * A handler whose end the `AuditLog` learns of, with `milliseconds` and whether it failed: of a tool, a resource or a
 * prompt on a server of the MCP SDK (`extra` or `context` says whose call it is), or any handler that is given the
 * session or the request. Where `auditCalls` is off it does nothing.
 *
 * @typeParam Wrapped the type of the handler, which stays what it is.
 */
export function audited<Wrapped extends (...args: never[]) => unknown>(handler: Wrapped): Wrapped {
  const wrapped = async (...args: never[]): Promise<unknown> => {
    const finish = finishOf(args);
    try {
      const result = await handler(...args);
      finish?.(isObject(result) && result['isError'] === true ? 'error' : 'done');
      return result;
    } catch (error) {
      finish?.('error');
      throw error;
    }
  };
  return wrapped as unknown as Wrapped;
}

/** What records the end of the call that these arguments belong to; undefined where nothing is recorded. */
function finishOf(args: readonly unknown[]): ((result: 'done' | 'error') => void) | undefined {
  const session = args.map(sessionIn).find((found) => found !== undefined);
  const recorded = session && recordedCalls(session);
  if (!recorded) return undefined;
  const requestId = args.map(requestIdIn).find((found) => found !== undefined);
  const [first] = recorded.calls;
  const call = recorded.calls.find((each) => each.requestId === requestId) ?? first;
  if (!call) return undefined;
  const started = performance.now();
  return (result) =>
    recorded.record(call, 'call.finish', {
      result,
      milliseconds: Math.round(performance.now() - started),
    });
}

/** In the session itself, `extra` of the MCP SDK 1, the context of version 2, and a request. */
function sessionIn(argument: unknown): TokenSession | undefined {
  if (argument instanceof TokenSession) return argument;
  if (!isObject(argument)) return undefined;
  const { authInfo, http, auth } = argument;
  const found = authInfo ?? (isObject(http) ? http['authInfo'] : undefined) ?? auth;
  if (found instanceof RequestAuth) return found.extra.session;
  const { session } = isObject(found) && isObject(found['extra']) ? found['extra'] : {};
  return session instanceof TokenSession ? session : undefined;
}

function requestIdIn(argument: unknown): unknown {
  if (!isObject(argument)) return undefined;
  const { requestId, mcpReq } = argument;
  return requestId ?? (isObject(mcpReq) ? mcpReq['id'] : undefined);
}
