import type { DocumentRules } from '../host/mcp-auth-settings.js';

/** Whether metadata documents of this host are taken. */
export function isAdmittedDomain(hostname: string, { allowed, denied }: DocumentRules): boolean {
  const host = hostname.replace(/\.$/, '');
  return !denied.some((rule) => covers(rule, host)) && (allowed?.some((rule) => covers(rule, host)) ?? true);
}

function covers(rule: string, host: string): boolean {
  return rule.startsWith('.') ? host.endsWith(rule) : host === rule;
}
