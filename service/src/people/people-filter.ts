import { isUUID } from 'class-validator';
import type { DataSource } from 'typeorm';
import { holding, type SortColumn, type StatementValues } from 'nestjs-mcp-auth/service-kit';
import { readGroupName } from '../config/group-names.js';
import type { SignInConfig } from '../config/sign-in-config.js';
import { type CursorCheck, isTimeKey } from '../web/cursor.js';
import type { Role } from '../web/roles.js';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { CREDENTIAL } from './users.js';

/** Which people: all of them, less what each member that is given leaves out. */
export interface PeopleFilter {
  /** A part of the name or of the email. */
  search?: string;
  role?: Role;
  disabled?: boolean;
  /** How they sign in: the issuer of a provider, `password`, or `none` for nothing yet. */
  method?: string;
  /** A group as rules name it. */
  group?: string;
  /** Whether they have signed in at least once. */
  signedIn?: boolean;
}

/** What people are sorted by. */
export const PEOPLE_ORDERS = ['name', 'email', 'lastSignInAt', 'createdAt'] as const;
export type PeopleOrder = (typeof PEOPLE_ORDERS)[number];

/** When somebody last signed in who never has, so that they stand in the order, too. */
const NEVER = '-infinity';

/** As the indexes have it; the last one is unique. */
export const SORTED: Readonly<Record<PeopleOrder, readonly SortColumn[]>> = {
  name: [
    { sql: 'lower(u."name")', type: 'text' },
    { sql: 'u."email"', type: 'text' },
  ],
  email: [{ sql: 'u."email"', type: 'text' }],
  lastSignInAt: [
    { sql: `COALESCE(u."lastSignInAt", '${NEVER}'::timestamptz)`, type: 'timestamptz' },
    { sql: 'u."id"', type: 'uuid' },
  ],
  createdAt: [
    { sql: 'u."createdAt"', type: 'timestamptz' },
    { sql: 'u."id"', type: 'uuid' },
  ],
};

const isAnything: CursorCheck = () => true;
const isEmail: CursorCheck = (value) => value.includes('@');
const isId: CursorCheck = (value) => isUUID(value);

/** What a cursor of a list in this order holds. */
export const PEOPLE_CURSORS: Readonly<Record<PeopleOrder, readonly CursorCheck[]>> = {
  name: [isAnything, isEmail],
  email: [isEmail],
  lastSignInAt: [(value) => value === NEVER || isTimeKey(value), isId],
  createdAt: [isTimeKey, isId],
};

/** Tables of people in statements. */
export type PeopleTables = Readonly<Record<'user' | 'identity' | 'account', string>>;

export function peopleTables(dataSource: DataSource): PeopleTables {
  const [user = '', identity = '', account = ''] = [User, Identity, Account].map((entity) => {
    const { schema, tableName } = dataSource.getRepository(entity).metadata;
    return `"${schema}"."${tableName}"`;
  });
  return { user, identity, account };
}

/** Whether the person `u` has a password. */
export function hasPassword({ account }: PeopleTables): string {
  return `EXISTS (SELECT 1 FROM ${account} a WHERE a."userId" = u."id" AND a."providerId" = '${CREDENTIAL}')`;
}

/** What is so of each person `u` that a filter leaves. */
export function conditions(
  tables: PeopleTables,
  { search, role, disabled, method, group, signedIn }: PeopleFilter,
  providers: SignInConfig['providers'],
  values: StatementValues,
): string {
  const all = ['true'];
  if (search !== undefined) {
    // In half the time of ILIKE: whoever searches looks at everybody.
    const pattern = `lower(${values.place(holding(search))}::text)`;
    all.push(`(lower(u."name") LIKE ${pattern} OR u."email" LIKE ${pattern})`);
  }
  if (role !== undefined) all.push(`u."role" = ${values.place(role)}::text`);
  if (disabled !== undefined) all.push(`u."disabledAt" IS ${disabled ? 'NOT ' : ''}NULL`);
  if (signedIn !== undefined) all.push(`u."lastSignInAt" IS ${signedIn ? 'NOT ' : ''}NULL`);
  if (method === 'password') all.push(hasPassword(tables));
  else if (method === 'none') all.push(`NOT ${hasPassword(tables)} AND NOT ${hasIdentity(tables)}`);
  else if (method !== undefined) all.push(hasIdentity(tables, `i."issuer" = ${values.place(method)}::text`));
  if (group !== undefined) all.push(`u."id" IN (${members(tables, group, providers, values)})`);
  return all.join(' AND ');
}

function hasIdentity({ identity }: PeopleTables, such = 'true'): string {
  return `EXISTS (SELECT 1 FROM ${identity} i WHERE i."userId" = u."id" AND ${such})`;
}

/** As a rule finds them, however long ago groups were read. Those without an identity are in groups of the source. */
function members(
  { user, identity }: PeopleTables,
  name: string,
  providers: SignInConfig['providers'],
  values: StatementValues,
): string {
  const { provider, isOfSource, group } = readGroupName(name, providers);
  const holds = `"groups" @> ARRAY[${values.place(group)}::text]`;
  const of = provider
    ? [
        `SELECT "userId" FROM ${identity} WHERE ${holds} AND "issuer" = ${values.place(provider.issuer)}::text`,
      ]
    : [];
  if (isOfSource)
    of.push(`SELECT "id" FROM ${user} l WHERE ${holds}
      AND NOT EXISTS (SELECT 1 FROM ${identity} o WHERE o."userId" = l."id")`);
  return of.join(' UNION ALL ');
}
