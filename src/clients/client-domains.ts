/** Hosts of metadata documents: `app.example.com` for itself alone, `.example.com` for everything below it. */
export interface DomainRules {
  /** Null for every domain. */
  allowed: readonly string[] | null;
  denied: readonly string[];
}

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
