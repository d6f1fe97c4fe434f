import type { Group } from './group.js';

/** Who may do what on one MCP server. */
export interface AccessRule {
  /** Said in answers, logs and the audit. */
  name: string;
  /** Whoever is in one of them; `everyone` is everybody who can sign in. */
  groups: readonly Group[] | 'everyone';
  /** Identifier of the MCP server. */
  resource: string;
  scopes: readonly string[] | 'all';
  /** Only through clients that one of these names; `any` client otherwise. */
  clients: readonly string[] | 'any';
}

/** Which clients may be used at all. */
export interface ClientRules {
  /** `approval`: an administrator agrees to each client first. `allow-list`: those of `allowed` alone. */
  mode: 'open' | 'approval' | 'allow-list';
  /** Beginnings of https URLs: where a client is sent back to, or where its metadata document is. */
  allowed: readonly string[];
  /** Clients of the house, which need no consent: ids of metadata documents, and redirect URIs of other clients. */
  trusted: readonly string[];
}

/** All of it. What no rule allows is not allowed. */
export interface Policy {
  rules: readonly AccessRule[];
  clients: ClientRules;
}

/** What is wrong with the name of a rule, in words that follow it; null where nothing is. */
export function nameProblem(name: string): string | null {
  return /[\p{L}\p{N}]/u.test(name) && !/\p{Cc}/u.test(name) ? null : 'must have letters or digits';
}
