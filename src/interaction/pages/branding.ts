import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { STYLES } from './styles.js';

/** Whose pages these are, as people see it on every one of them. */
export interface Branding {
  /** Stands at the top of a page that is about nothing else. */
  title: string;
  /** Stands at the top of every page, and in the title of the window; null where nobody has given a name. */
  company: string | null;
  /** In place of the lock; `source` is the one URL that the content security policy lets the browser load. */
  logo: { href: string; source: string } | null;
  /** Colours after `STYLES`; empty for those of `STYLES`. */
  styles: string;
  /** Whom people ask, on pages that do not let them go on: an https URL, or `mailto:` and an address. Null where nobody is named. */
  contact: string | null;
  /** At the foot of every page. */
  links: readonly { href: string; text: string }[];
}

const UNBRANDED: Branding = {
  title: 'Sign-in',
  company: null,
  logo: null,
  styles: '',
  contact: null,
  links: [],
};

const current = new AsyncLocalStorage<Branding>();

/** Runs what answers a request: all pages that it makes are this company's. */
export function withBranding(branding: Branding, answer: () => void): void {
  current.run(branding, answer);
}

export function branding(): Branding {
  return current.getStore() ?? UNBRANDED;
}

const policies = new Map<string, WeakMap<Branding, string>>();

/**
 * The content security policy of pages with these styles after `STYLES`: nothing but what is in the page by its hash, and
 * the one logo, is taken.
 */
export function contentSecurityPolicy(styles: string): string {
  const brand = branding();
  const known = policies.get(styles) ?? new WeakMap<Branding, string>();
  policies.set(styles, known);
  const policy = known.get(brand) ?? policyOf(styles, brand);
  known.set(brand, policy);
  return policy;
}

function policyOf(styles: string, brand: Branding): string {
  const sheets = new Set([STYLES, STYLES + styles, ...(brand.styles ? [brand.styles] : [])]);
  const allowed = [...sheets].map(hashed).join(' ');
  const images = ['data:', ...(brand.logo ? [brand.logo.source] : [])].join(' ');
  return `default-src 'none'; style-src ${allowed}; img-src ${images}; base-uri 'none'; frame-ancestors 'none'`;
}

const hashed = (sheet: string) => `'sha256-${createHash('sha256').update(sheet).digest('base64')}'`;
