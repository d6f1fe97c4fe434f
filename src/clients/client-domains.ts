import type { DomainRules } from '../host/mcp-auth-settings.js';

/** Whose metadata documents are admitted. */
export class ClientDomains {
  constructor(private readonly rules: DomainRules) {}

  admit(hostname: string): boolean {
    const { allowed, denied } = this.rules;
    const host = hostname.replace(/\.$/, '');
    return (
      !denied.some((rule) => covers(rule, host)) && (allowed?.some((rule) => covers(rule, host)) ?? true)
    );
  }
}

function covers(rule: string, host: string): boolean {
  return rule.startsWith('.') ? host.endsWith(rule) : host === rule;
}
