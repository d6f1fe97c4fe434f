import type { ResourceOptions } from 'nestjs-mcp-auth';

/** What can be written down of a service: its servers, its policy file, its settings. Never a secret. */
export interface Configuration {
  /** For `MCP_AUTH_RESOURCES`. */
  servers: readonly ResourceOptions[];
  /** For `MCP_AUTH_POLICY_FILE`. */
  policy: Readonly<Record<string, unknown>>;
  /** Ids by the section of the policy that they are left out of, since they are blocked: a file has no word for that. */
  blocked: Readonly<Record<string, readonly string[]>>;
  /** Variables. */
  settings: Readonly<Record<string, string>>;
}

/** What files say of it: undefined where there is no such file. */
export type WrittenConfiguration = Partial<Omit<Configuration, 'blocked'>>;

/** Members in the order of their names, however deep, so that the same is always written alike. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries
      .toSorted(([one], [other]) => compare(one, other))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}

/** By code units: the same everywhere, whatever the language. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
