import type { ProtectedResource } from '../oauth/resource.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { Transaction } from '../persistence/database.js';
import type { ImportStore, KnownClient } from '../persistence/import.store.js';
import type { BetterAuthDatabase } from './better-auth-database.js';
import type { ImportTally } from './import-report.js';

/** One import under way: what is known so far, for what comes after it. */
export interface ImportRun {
  from: BetterAuthDatabase;
  store: ImportStore;
  tally: ImportTally;
  now: Date;
  /** Undefined for a dry run, which writes nothing. */
  transaction: Transaction | undefined;
  /** Ids of the people whose consents and tokens may be taken over. */
  people: Set<string>;
  /** Of those of them who are banned: they have no connections. */
  banned: Set<string>;
  /** The clients that are here or will be. */
  clients: Map<string, KnownClient>;
  resources: ImportedResources;
  /** The MCP server of what names none, and the scopes that it gets there. */
  resource: ProtectedResource | null;
  scopes: readonly string[];
}

/** The protected resources that there are, and those that are taken over. */
export class ImportedResources extends ProtectedResources {
  private resources: readonly ProtectedResource[];

  constructor(private readonly here: ProtectedResources) {
    super();
    this.resources = here.all();
  }

  get issuer(): string {
    return this.here.issuer;
  }

  all(): readonly ProtectedResource[] {
    return this.resources;
  }

  add(resource: ProtectedResource): void {
    this.resources = [...this.resources, resource];
  }
}
