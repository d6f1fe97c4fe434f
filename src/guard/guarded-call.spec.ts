import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { calledWith, guardedRequest, requestBehind } from './guarded-call.js';

const request = { headers: { authorization: 'Bearer x' }, body: { method: 'tools/list' } };
const message = { method: 'tools/call', params: { name: 'a' } };

class Notes {
  read(this: void): void {
    // Has a name.
  }
}

function contextOf(kind: string, ...args: unknown[]): ExecutionContext {
  const context = new ExecutionContextHost(args, Notes, Notes.prototype.read);
  context.setType(kind);
  return context;
}

describe('the request behind a call', () => {
  it.each<[string, ExecutionContext]>([
    ['HTTP', contextOf('http', request, {})],
    ['GraphQL on Apollo', contextOf('graphql', {}, {}, { req: request }, {})],
    ['GraphQL on another driver', contextOf('graphql', {}, {}, { request }, {})],
    ['GraphQL on Mercurius', contextOf('graphql', {}, {}, { reply: { request } }, {})],
    ['a subscription of graphql-ws', contextOf('graphql', {}, {}, { extra: { request } }, {})],
    ['Socket.IO, and ws with a gateway that keeps it', contextOf('ws', { request }, message)],
    ['a tool of @rekog/mcp-nest', contextOf('rpc', {}, { getRawRequest: () => request })],
  ])('is found in %s', (_, context) => {
    expect(guardedRequest(context)).toBe(request);
  });

  it.each<[string, ExecutionContext, string]>([
    [
      'GraphQL without it',
      contextOf('graphql', {}, {}, {}, {}),
      'let the GraphQL context hold the HTTP request as `req`',
    ],
    ['GraphQL without a context', contextOf('graphql', {}, {}), 'let the GraphQL context'],
    ['ws', contextOf('ws', {}, message), 'let the gateway keep the request that opened the connection'],
    [
      'a message of a microservice',
      contextOf('rpc', {}, undefined),
      'a message of a microservice carries no token',
    ],
    ['a session of stdio', contextOf('rpc', {}, { getRawRequest: () => undefined }), 'carries no token'],
    ['something else', contextOf('telegram', {}), 'it knows contexts of the kinds http, graphql, ws, rpc'],
  ])('is refused in one sentence in %s', (_, context, advice) => {
    expect(requestBehind(context)).toBeNull();
    const kind = context.getType<string>();
    expect(() => guardedRequest(context)).toThrow(
      `McpAuthGuard finds no HTTP request in the ${kind} context of Notes.read: `,
    );
    expect(() => guardedRequest(context)).toThrow(advice);
  });

  it.each<[string, ExecutionContext, unknown]>([
    ['the body of HTTP', contextOf('http', request), request.body],
    ['the data of a WebSocket message', contextOf('ws', { request }, message), message],
    [
      'the call of @rekog/mcp-nest, which a session may have opened with another',
      contextOf('rpc', {}, { getRawRequest: () => request, mcpRequest: message }),
      message,
    ],
    ['nothing in GraphQL', contextOf('graphql', {}, {}, { req: request }), undefined],
  ])('is asked for the scopes of %s', (_, context, body) => {
    expect(calledWith(context, guardedRequest(context))).toMatchObject({ headers: request.headers });
    expect(calledWith(context, guardedRequest(context)).body).toEqual(body);
  });
});
