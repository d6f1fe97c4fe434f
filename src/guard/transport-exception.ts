import type { OAuthError } from '../oauth/errors.js';

/** Nest's exceptions of its other transports; of anything else they tell a client "Internal server error". */
const EXCEPTIONS: Readonly<Record<string, [packageName: string, exception: string]>> = {
  ws: ['@nestjs/websockets', 'WsException'],
  rpc: ['@nestjs/microservices', 'RpcException'],
};

type TransportException = new (error: object) => Error;

/** A refusal as the transport of a context takes it to the client; as it is where there is no such thing. */
export async function transportException(kind: string, refusal: OAuthError): Promise<Error> {
  const named = EXCEPTIONS[kind];
  if (!named) return refusal;
  const [packageName, exception] = named;
  // Loaded already by whoever has such a handler, and never by anybody else.
  const exports = (await import(packageName).catch(() => ({}))) as Record<string, TransportException>;
  const Exception = exports[exception];
  const { description: message, error } = refusal;
  return Exception ? new Exception({ status: 'error', message, error }) : refusal;
}
