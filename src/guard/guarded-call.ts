import type { ExecutionContext } from '@nestjs/common';
import { IncomingMessage } from 'node:http';
import type { RequestWithBody } from './needed-scopes.js';

/** The HTTP request that carries a token, as the host's platform has it; on Fastify Node's own is `raw`. */
export type GuardedRequest = RequestWithBody & {
  auth?: unknown;
  user?: unknown;
  raw?: IncomingMessage;
  /** Before routers took their prefix off. */
  originalUrl?: string;
};

/** How to find the request behind a call, in one kind of context. */
interface Place {
  request: (context: ExecutionContext) => unknown;
  /** The message that is called with, where that is not the request's body. */
  message?: (context: ExecutionContext) => unknown;
  /** What to do where there is no request. */
  advice: string;
}

interface Holder {
  request?: unknown;
}

interface GraphQLContext extends Holder {
  req?: unknown;
  reply?: Holder;
  extra?: Holder;
}

interface RpcContext {
  getRawRequest?(): unknown;
  mcpRequest?: unknown;
}

const PLACES: Readonly<Record<string, Place>> = {
  http: {
    request: (context) => context.getArgByIndex(0),
    advice: 'guard a handler of HTTP requests',
  },
  // Apollo's context holds `req`, that of Mercurius `reply`, and that of graphql-ws the request below `extra`.
  graphql: {
    request: (context) => {
      const { req, request, reply, extra } = context.getArgByIndex<GraphQLContext | undefined>(2) ?? {};
      return req ?? request ?? reply?.request ?? extra?.request;
    },
    message: () => undefined,
    advice: 'let the GraphQL context hold the HTTP request as `req`',
  },
  // That of Socket.IO holds the request that opened the connection.
  ws: {
    request: (context) => context.switchToWs().getClient<{ request?: unknown } | undefined>()?.request,
    message: (context) => context.switchToWs().getData(),
    advice:
      'let the gateway keep the request that opened the connection, by `handleConnection(client, request) { client.request = request }`',
  },
  // The context of @rekog/mcp-nest knows the HTTP request, and the call itself.
  rpc: {
    request: (context) => rpcContext(context).getRawRequest?.(),
    message: (context) => rpcContext(context).mcpRequest,
    advice: 'guard what takes the HTTP request, since a message of a microservice carries no token',
  },
};

function rpcContext(context: ExecutionContext): RpcContext {
  return context.switchToRpc().getContext<RpcContext | undefined>() ?? {};
}

/** The request behind a call of any kind; null where there is none. */
export function requestBehind(context: ExecutionContext): GuardedRequest | null {
  const request = PLACES[context.getType<string>()]?.request(context);
  const isRequest =
    request instanceof IncomingMessage ||
    (typeof request === 'object' && request !== null && 'headers' in request);
  return isRequest ? (request as GuardedRequest) : null;
}

/** Node's own request. */
export function nodeRequest(request: GuardedRequest): IncomingMessage {
  const message: IncomingMessage = request;
  return message instanceof IncomingMessage ? message : (request.raw ?? request);
}

/** As `requestBehind`. @throws Error with one sentence that names the context, where there is none. */
export function guardedRequest(context: ExecutionContext): GuardedRequest {
  const request = requestBehind(context);
  if (request) return request;
  const kind = context.getType<string>();
  const advice = PLACES[kind]?.advice ?? `it knows contexts of the kinds ${Object.keys(PLACES).join(', ')}`;
  throw new Error(
    `McpAuthGuard finds no HTTP request in the ${kind} context of ${context.getClass().name}.${context.getHandler().name}: ${advice}.`,
  );
}

/** The message of a call with the headers it came with, as a request: what the scopes that it needs depend on. */
export function calledWith(context: ExecutionContext, request: GuardedRequest): RequestWithBody {
  const message = PLACES[context.getType<string>()]?.message;
  if (!message) return request;
  return { method: 'POST', headers: request.headers, body: message(context) } as RequestWithBody;
}
