import type { ForeignTable } from '../persistence/foreign-database.js';

/** A table of Better Auth, with what is read of it. */
interface Model {
  required: readonly string[];
  optional: readonly string[];
  /** A table of this name without this column is another one. */
  marked?: string;
}

/** What Better Auth calls a table. */
export type BetterAuthModel =
  | 'user'
  | 'account'
  | 'oauthApplication'
  | 'oauthClient'
  | 'oauthConsent'
  | 'oauthAccessToken'
  | 'oauthRefreshToken'
  | 'oauthResource'
  | 'oauthClientResource';

/** Of the first generation (1.3 to 1.6), of the second (1.7), and of both. */
export const MODELS: Readonly<Record<BetterAuthModel, Model>> = {
  user: {
    required: ['id', 'email'],
    optional: [
      'name',
      'emailVerified',
      'image',
      'createdAt',
      'role',
      'banned',
      'banExpires',
      'twoFactorEnabled',
      'isAnonymous',
    ],
  },
  account: { required: ['userId', 'providerId', 'accountId'], optional: ['password', 'issuer'] },
  oauthApplication: {
    required: ['clientId', 'redirectUrls'],
    optional: ['clientSecret', 'name', 'icon', 'type', 'disabled', 'userId', 'createdAt'],
  },
  oauthClient: {
    required: ['clientId', 'redirectUris'],
    optional: [
      'clientSecret',
      'clientDiscoveryId',
      'name',
      'uri',
      'icon',
      'contacts',
      'tos',
      'policy',
      'softwareId',
      'softwareVersion',
      'tokenEndpointAuthMethod',
      'applicationType',
      'jwks',
      'jwksUri',
      'grantTypes',
      'responseTypes',
      'scopes',
      'clientCredentialsScopes',
      'subjectType',
      'skipConsent',
      'dpopBoundAccessTokens',
      'postLogoutRedirectUris',
      'backchannelLogoutUri',
      'backchannelLogoutSessionRequired',
      'disabled',
      'userId',
      'createdAt',
    ],
  },
  oauthConsent: {
    required: ['clientId', 'userId', 'scopes'],
    optional: ['resources', 'consentGiven', 'createdAt', 'updatedAt'],
  },
  oauthAccessToken: {
    required: ['refreshToken', 'refreshTokenExpiresAt', 'clientId', 'userId', 'scopes', 'createdAt'],
    optional: [],
    marked: 'refreshToken',
  },
  oauthRefreshToken: {
    required: ['token', 'expiresAt', 'clientId', 'userId', 'scopes', 'createdAt'],
    optional: ['resources', 'revoked', 'authTime', 'confirmation'],
  },
  oauthResource: {
    required: ['identifier'],
    optional: ['name', 'accessTokenTtl', 'allowedScopes', 'signingAlgorithm', 'disabled'],
  },
  oauthClientResource: { required: ['clientId', 'resourceId'], optional: [] },
};

/** A table that was found for a model, with the columns that hold its properties. */
export interface FoundModel {
  table: ForeignTable;
  columns: ReadonlyMap<string, string>;
}

/** What the configuration of the application renames: tables by model, and columns by `model.property`. */
export interface Renamed {
  tables: Readonly<Partial<Record<string, string>>>;
  columns: Readonly<Partial<Record<string, string>>>;
}

/** `oauth_application`, `oauthApplications` and `oauthApplication` are one name to whoever reads them. */
const plain = (name: string) => name.toLowerCase().replaceAll('_', '');

/**
 * The table of a model; null for none.
 * @throws Error with one sentence for a table without what is needed, and where it could be any of several.
 */
export function findModel(
  name: BetterAuthModel,
  tables: readonly ForeignTable[],
  renamed: Renamed,
): FoundModel | null {
  const model = MODELS[name];
  const given = renamed.tables[name];
  const called = tables.filter((table) =>
    given === undefined ? [plain(name), `${plain(name)}s`].includes(plain(table.name)) : table.name === given,
  );
  if (given !== undefined && called.length === 0)
    throw new Error(`There is no table ${given}, which ${name} was said to be called.`);
  const candidates = called
    .map((table) => ({ table, ...columnsOf(name, model, table, renamed) }))
    .filter(({ columns }) => model.marked === undefined || columns.has(model.marked));
  const [incomplete] = candidates;
  if (!incomplete) return null;
  const complete = candidates.filter(({ missing }) => missing.length === 0);
  const [found, another] = complete;
  if (!found)
    throw new Error(
      `The table ${incomplete.table.name} has no ${incomplete.missing.join(', ')}: say what is called otherwise (${name}.${incomplete.missing[0]}), or which table is ${name}.`,
    );
  if (another)
    throw new Error(
      `Both ${found.table.name} and ${another.table.name} could be ${name}: say which table it is.`,
    );
  return found;
}

function columnsOf(name: string, { required, optional }: Model, table: ForeignTable, renamed: Renamed) {
  const columns = new Map<string, string>();
  for (const property of [...required, ...optional]) {
    const given = renamed.columns[`${name}.${property}`];
    const column = [...table.columns.keys()].find((each) =>
      given === undefined ? plain(each) === plain(property) : each === given,
    );
    if (column !== undefined) columns.set(property, column);
  }
  return { columns, missing: required.filter((property) => !columns.has(property)) };
}

/** @throws Error with one sentence for what no model has. */
export function checkRenamed({ tables, columns }: Renamed): void {
  const unknownTable = Object.keys(tables).find((name) => !(name in MODELS));
  if (unknownTable !== undefined)
    throw new Error(`${unknownTable} is no table that is read: those are ${Object.keys(MODELS).join(', ')}.`);
  const unknown = Object.keys(columns).find((name) => !isProperty(name));
  if (unknown !== undefined)
    throw new Error(`${unknown} is nothing that is read: write it as model.property, such as user.email.`);
}

function isProperty(name: string): boolean {
  const [model = '', property = '', ...more] = name.split('.');
  const found: Model | undefined = Object.hasOwn(MODELS, model)
    ? MODELS[model as BetterAuthModel]
    : undefined;
  return (
    more.length === 0 && found !== undefined && [...found.required, ...found.optional].includes(property)
  );
}
