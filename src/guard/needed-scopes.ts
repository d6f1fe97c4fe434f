import type { IncomingMessage } from 'node:http';
import { CALL_TOOL, type JsonRpcCall, jsonRpcCalls, mirroredValue } from './called-tools.js';
import type { Demand } from './demand.js';

export type RequestWithBody = IncomingMessage & { body?: unknown };

/**
 * The scopes that a request needs: the handler's, and those of the tools it calls, all of them for a batch and whatever
 * its method is.
 * @throws OAuthError 400 for a call that cannot be told, or whose headers disagree with the body.
 */
export function neededScopes(
  request: RequestWithBody,
  { required, tools, refusals }: Demand,
): readonly string[] {
  const calls = jsonRpcCalls(request.body);
  if (calls === null) {
    if (tools && isContentExpected(request))
      throw refusals.invalidRequest('The body is no parsed JSON-RPC message.');
    return required;
  }
  let needed = required;
  for (const call of calls) {
    if (tools && disagrees(call, request))
      throw refusals.invalidRequest('Mcp-Method or Mcp-Name disagrees with the body.', true);
    if (call.method !== CALL_TOOL) continue;
    if (typeof call.name !== 'string') throw refusals.invalidRequest('The tool to call has no name.');
    const scopes = tools?.get(call.name);
    if (scopes) needed = [...new Set([...needed, ...scopes])];
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
function disagrees({ method: called, name }: JsonRpcCall, { headers }: RequestWithBody): boolean {
  const { 'mcp-method': method, 'mcp-name': mirrored } = headers;
  if (method !== undefined && method !== called) return true;
  return mirrored !== undefined && typeof name === 'string' && mirroredValue(String(mirrored)) !== name;
}
