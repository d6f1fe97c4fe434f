import type { Group } from './group.js';
import { visibleProblem } from './visible-text.js';

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
  /** The time from which on it grants nothing (ISO 8601, in UTC); left out where it has no end. */
  until?: string;
}

/** Which clients may be used at all. */
export interface ClientRules {
  /** `approval`: an administrator agrees to each client first. `allow-list`: those of `allowed` alone. */
  mode: 'open' | 'approval' | 'allow-list';
  /** Kinds of clients, as `isSelected` reads them. */
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
  return /[\p{L}\p{N}]/u.test(name) ? visibleProblem(name) : 'must have letters or digits';
}

/** @param now milliseconds since 1970, by the database's time. */
export function hasEnded({ until }: Pick<AccessRule, 'until'>, now: number): boolean {
  return until !== undefined && Date.parse(until) <= now;
}
