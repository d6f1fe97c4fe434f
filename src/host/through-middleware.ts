import { type IncomingMessage, ServerResponse } from 'node:http';

/** Middleware as Express takes it, whatever it adds to a request. */
export type HostMiddleware = (request: never, response: never, next: (error?: unknown) => void) => unknown;

/**
 * Lets middleware of the host's own, such as that of a session library, see a request that has not come to it yet:
 * for `AccountDirectory.current`, which is asked ahead of everything that the host does. It may read; what it would send
 * or save at the end of the response never comes to that.
 *
 * The request, with what the middleware has put on it: `const { session } = await throughMiddleware<{ session: Session
 * }>(request, sessions)`.
 * @throws what the middleware says is wrong, and where it would answer the request itself.
 */
export async function throughMiddleware<Added extends object>(
  request: IncomingMessage,
  ...middleware: HostMiddleware[]
): Promise<IncomingMessage & Added> {
  const response = new ServerResponse(request);
  for (const each of middleware)
    await new Promise<void>((resolve, reject) => {
      const answered = () => {
        reject(
          new Error(`${each.name || 'The middleware'} answers the request, and does not let it through.`),
        );
        return response;
      };
      Object.assign(response, { end: answered, writeHead: answered });
      each(request as never, response as never, (error) => (error ? reject(asError(error)) : resolve()));
    });
  return request as IncomingMessage & Added;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
