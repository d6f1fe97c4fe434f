import type { IncomingMessage } from 'node:http';
import type { Demand } from './demand.js';
import { type JsonRpcCall, jsonRpcCalls, mirroredValue } from './json-rpc.js';
import { operationsOf } from './operation.js';

export type RequestWithBody = IncomingMessage & { body?: unknown };

/**
 * The scopes that a request needs: the handler's, and those of the tools, resources and prompts it uses, all of them for
 * a batch and whatever its method is.
 * @throws OAuthError 400 for a call that cannot be told, or whose headers disagree with the body.
 */
export function neededScopes(
  request: RequestWithBody,
  { required, operations, refusals }: Demand,
): readonly string[] {
  if (!operations.isDeclared) return required;
  const calls = jsonRpcCalls(request.body);
  if (calls === null) {
    if (isContentExpected(request)) throw refusals.invalidRequest('The body is no parsed JSON-RPC message.');
    return required;
  }
  let needed = required;
  for (const call of calls) {
    if (disagrees(call, request))
      throw refusals.invalidRequest('Mcp-Method or Mcp-Name disagrees with the body.', true);
    const used = operationsOf(call, (kind) => operations.asks(kind));
    if (!used) throw refusals.invalidRequest(`${call.method} does not name what it is for.`);
    const scopes = used.flatMap((operation) => operations.of(operation));
    if (scopes.length > 0) needed = [...new Set([...needed, ...scopes])];
  }
  return needed;
}

/** A message is what POST is for (MCP 2026-07-28, "Sending Messages to the Server"); other methods may carry one. */
function isContentExpected({ method, headers }: RequestWithBody): boolean {
  return (
    method === 'POST' ||
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0
  );
}

/** MCP 2026-07-28, "Server Validation": the body decides, and headers that say something else are refused. */
function disagrees({ method: called, params }: JsonRpcCall, { headers }: RequestWithBody): boolean {
  const { 'mcp-method': method, 'mcp-name': mirrored } = headers;
  if (method !== undefined && method !== called) return true;
  const name = called === 'tools/call' ? params['name'] : (params['name'] ?? params['uri']);
  return mirrored !== undefined && typeof name === 'string' && mirroredValue(String(mirrored)) !== name;
}
