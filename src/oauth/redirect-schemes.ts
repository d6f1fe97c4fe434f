/** RFC 3986 §3.1, and RFC 8252 §7.1: a domain name of the client's in reverse has at least one dot. */
const DOMAIN_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+$/;

/**
 * Private-use schemes without a dot that widely used MCP clients are sent back to, each registered with the operating
 * system by its own application. A scheme that is not here may start any program there is.
 */
export const CLIENT_SCHEMES: readonly string[] = [
  'claude',
  'cursor',
  'kiro',
  'raycast',
  'vscode',
  'vscode-insiders',
  'warp',
  'windsurf',
  'zed',
];

/** Schemes that run code or read files: one of them in a list says what the whole list is for. */
const HOSTILE_SCHEMES = new Set(['about', 'blob', 'data', 'file', 'javascript', 'vbscript']);

/** @param scheme in lower case. @param schemes those without a dot that are allowed. */
export function isAllowedScheme(scheme: string, schemes: readonly string[]): boolean {
  return DOMAIN_SCHEME.test(scheme) || schemes.includes(scheme);
}

export function isHostileScheme(scheme: string): boolean {
  return HOSTILE_SCHEMES.has(scheme);
}

/** Whether an option may add the scheme: one that belongs to an application. */
export function isPrivateUseScheme(scheme: string): boolean {
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) && !HOSTILE_SCHEMES.has(scheme) && !/^https?$/.test(scheme);
}
