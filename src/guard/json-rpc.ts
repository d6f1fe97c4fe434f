/** A JSON-RPC call. */
export interface JsonRpcCall {
  method: string;
  /** Undefined for a notification. */
  id: unknown;
  params: Record<string, unknown>;
}

/**
 * The calls of a parsed JSON-RPC body, one or a batch; null for a body that was not parsed, or is no JSON-RPC.
 * A response or an empty batch calls nothing.
 */
export function jsonRpcCalls(body: unknown): JsonRpcCall[] | null {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  const calls: JsonRpcCall[] = [];
  for (const message of messages) {
    if (!isObject(message) || Buffer.isBuffer(message)) return null;
    const { method, id, params } = message;
    if (method === undefined && ('result' in message || 'error' in message)) continue;
    if (typeof method !== 'string') return null;
    calls.push({ method, id, params: isObject(params) ? params : {} });
  }
  return calls;
}

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** The value of a mirrored header (MCP 2026-07-28, "Value Encoding"). */
export function mirroredValue(header: string): string {
  const encoded = SENTINEL.exec(header)?.[1];
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString();
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
