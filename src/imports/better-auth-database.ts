import { ForeignDatabase, type ForeignRead, type ForeignRow } from '../persistence/foreign-database.js';
import {
  type BetterAuthModel,
  checkRenamed,
  findModel,
  type FoundModel,
  MODELS,
} from './better-auth-models.js';
import { date, isTrue, text, texts } from './row-values.js';

/** Where a database of Better Auth is, and what is called otherwise in it. */
export interface BetterAuthDatabaseOptions {
  /** A PostgreSQL URL. Its password may come from `PGPASSWORD` instead. */
  url: string;
  /** The schema of its tables. Default: the first one of the role's search path. */
  schema?: string;
  /**
   * Tables by what Better Auth calls them: `{ user: 'people' }`. Plurals, and names with underscores, are found without.
   */
  tables?: Partial<Record<BetterAuthModel, string>>;
  /** Columns by `model.property`: `{ 'user.email': 'mail' }`. */
  columns?: Record<string, string>;
}

/** A way in of a person of Better Auth. */
export interface BetterAuthAccount {
  /** `credential` for a password. */
  providerId: string;
  /** The person's id at the provider. */
  accountId: string;
  /** The issuer of the provider, which 1.7.0 to 1.7.2 kept; null where it does not say. */
  issuer: string | null;
  /** The hash of a password; null where there is none. */
  password: string | null;
}

/** A person of Better Auth. */
export interface BetterAuthPerson {
  /** `user.id`, as text. */
  id: string;
  /** Empty where there is none. */
  name: string;
  /** As it is stored. */
  email: string;
  /** Whether somebody has proved the address there. */
  emailVerified: boolean;
  /** URL of a picture. */
  image: string | null;
  /** When the account was made; the epoch where it does not say. */
  createdAt: Date;
  /** What the admin plugin lets them be, such as `admin`; empty without it. */
  roles: string[];
  /** Whether the admin plugin has banned them, and the ban is not over. */
  banned: boolean;
  /** Whether they have a second factor. */
  twoFactor: boolean;
  /** Whether they are a visitor without an account of their own. */
  anonymous: boolean;
  /** Whether another person there has the same address, but for upper and lower case. */
  sharesEmail: boolean;
  /** How they sign in. */
  accounts: BetterAuthAccount[];
}

/** The database of an application that uses Better Auth 1.3 to 1.7, as it is at one moment. Nothing is written there. */
export class BetterAuthDatabase {
  private constructor(
    private readonly database: ForeignDatabase,
    private readonly models: Readonly<Record<BetterAuthModel, FoundModel | null>>,
  ) {}

  /**
   * Opens the database, and finds its tables by what they hold, whatever the version.
   * @throws Error with one sentence when it cannot be reached, or is none of Better Auth's.
   */
  static async open({
    url,
    schema,
    tables = {},
    columns = {},
  }: BetterAuthDatabaseOptions): Promise<BetterAuthDatabase> {
    const renamed = { tables, columns };
    checkRenamed(renamed);
    const database = await ForeignDatabase.open(url, schema);
    try {
      const names = Object.keys(MODELS) as BetterAuthModel[];
      const found = names.map((name) => [name, findModel(name, database.tables, renamed)] as const);
      const models = Object.fromEntries(found) as Record<BetterAuthModel, FoundModel | null>;
      checkShape(models, database);
      return new BetterAuthDatabase(database, models);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Whether there is a table of this name. */
  has(model: BetterAuthModel): boolean {
    return this.models[model] !== null;
  }

  /** All people with their accounts, some at a time. @param now tells which bans are over. */
  async *people(now: Date): AsyncGenerator<BetterAuthPerson[]> {
    const { user } = this.models;
    if (!user) return;
    const shared = new Set(await this.database.repeated(user.table, user.columns.get('email') ?? ''));
    for await (const rows of this.pages('user')) {
      const accounts = await this.accountsOf(rows.map(({ id }) => String(id)));
      yield rows.map((row) => person(row, accounts, shared, now));
    }
  }

  /** All rows of a model, a page at a time, by the names of its properties; none where there is no such table. */
  async *pages(
    model: BetterAuthModel,
    { after, latestFirst }: { after?: { property: string; time: Date }; latestFirst?: string } = {},
  ): AsyncGenerator<ForeignRow[]> {
    const found = this.models[model];
    if (!found) return;
    const column = (property: string) => found.columns.get(property) ?? property;
    const read: ForeignRead = {
      columns: found.columns,
      ...(after && { after: { column: column(after.property), time: after.time } }),
      ...(latestFirst && { latestFirst: column(latestFirst) }),
    };
    yield* this.database.pages(found.table, read);
  }

  /** How many rows have a time in this property that is not later. */
  async countUntil(model: BetterAuthModel, property: string, time: Date): Promise<number> {
    const found = this.models[model];
    return found ? this.database.countUntil(found.table, found.columns.get(property) ?? property, time) : 0;
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.database.close();
  }

  private async accountsOf(userIds: readonly string[]): Promise<Map<string, BetterAuthAccount[]>> {
    const { account } = this.models;
    const accounts = new Map<string, BetterAuthAccount[]>();
    if (!account) return accounts;
    const among = { column: account.columns.get('userId') ?? '', values: userIds };
    for (const row of await this.database.rows(account.table, { columns: account.columns, among })) {
      const userId = String(row['userId']);
      const described = {
        providerId: String(row['providerId']),
        accountId: String(row['accountId']),
        issuer: text(row['issuer']),
        password: text(row['password']),
      };
      accounts.set(userId, [...(accounts.get(userId) ?? []), described]);
    }
    return accounts;
  }
}

function person(
  row: ForeignRow,
  accounts: ReadonlyMap<string, BetterAuthAccount[]>,
  shared: ReadonlySet<string>,
  now: Date,
): BetterAuthPerson {
  const id = String(row['id']);
  const email = text(row['email']) ?? '';
  const banExpires = date(row['banExpires']);
  return {
    id,
    name: text(row['name']) ?? '',
    email,
    emailVerified: isTrue(row['emailVerified']),
    image: text(row['image']),
    createdAt: date(row['createdAt']) ?? new Date(0),
    roles: texts(row['role']),
    banned: isTrue(row['banned']) && (banExpires === null || banExpires > now),
    twoFactor: isTrue(row['twoFactorEnabled']),
    anonymous: isTrue(row['isAnonymous']),
    sharesEmail: shared.has(email.toLowerCase()),
    accounts: accounts.get(id) ?? [],
  };
}

/** @throws Error with one sentence for a database of another kind. */
function checkShape(
  { user, oauthApplication, oauthClient }: Readonly<Record<BetterAuthModel, FoundModel | null>>,
  { schema, tables }: ForeignDatabase,
): void {
  if (tables.some(({ name }) => name === 'oauthImport'))
    throw new Error(`The schema ${schema} is one of nestjs-mcp-auth itself, and none of Better Auth.`);
  if (user && (oauthApplication || oauthClient)) return;
  const missing = user ? 'of OAuth clients (oauthApplication or oauthClient)' : 'of people (user)';
  const names = tables.map(({ name }) => name).toSorted();
  const there = names.length === 0 ? 'no table at all' : names.slice(0, 30).join(', ');
  throw new Error(
    `The schema ${schema} has no table ${missing}: name the schema or the table. What is there: ${there}.`,
  );
}
