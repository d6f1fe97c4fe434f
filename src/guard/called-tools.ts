/** A JSON-RPC call, and the tool it calls if it calls one. */
export interface JsonRpcCall {
  method: string;
  /** `params.name` or `params.uri`, whatever it is. */
  name: unknown;
}

export const CALL_TOOL = 'tools/call';

/**
 * The calls of a parsed JSON-RPC body, one or a batch; null for a body that was not parsed, or is no JSON-RPC.
 * A response or an empty batch calls nothing.
 */
export function jsonRpcCalls(body: unknown): JsonRpcCall[] | null {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  const calls: JsonRpcCall[] = [];
  for (const message of messages) {
    if (typeof message !== 'object' || message === null || Buffer.isBuffer(message)) return null;
    const { method, params } = message as Record<string, unknown>;
    if (method === undefined && ('result' in message || 'error' in message)) continue;
    if (typeof method !== 'string') return null;
    calls.push({ method, name: calledName(method, params) });
  }
  return calls;
}

function calledName(method: string, params: unknown): unknown {
  if (typeof params !== 'object' || params === null) return undefined;
  const { name, uri } = params as Record<string, unknown>;
  return method === CALL_TOOL ? name : (name ?? uri);
}

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** The value of a mirrored header (MCP 2026-07-28, "Value Encoding"). */
export function mirroredValue(header: string): string {
  const encoded = SENTINEL.exec(header)?.[1];
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString();
}
