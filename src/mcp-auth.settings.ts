import { describeIdentityAssertions } from './assertions/describe-identity-assertions.js';
import { describeTrustedIssuers, describeWorkloads } from './assertions/describe-trusted-issuers.js';
import { isClientIdUrl } from './clients/client-id-url.js';
import { describeClients } from './clients/describe-clients.js';
import { describeLinkedServers } from './clients/describe-linked-servers.js';
import { describeServiceAccounts } from './clients/describe-service-accounts.js';
import { Clock } from './host/clock.js';
import type { McpAuthSettings, RegistrationRules } from './host/mcp-auth-settings.js';
import type { DatabaseOptions, McpAuthOptions } from './mcp-auth.options.js';
import { LONGEST_ACCESS_TOKEN } from './oauth/access-token.js';
import { isClientDomain } from './oauth/client-domain.js';
import { issuerProblem } from './oauth/issuer.js';
import { isLoopbackHost } from './oauth/loopback.js';
import { CLIENT_SCHEMES, isPrivateUseScheme } from './oauth/redirect-schemes.js';
import { decodeSecretText } from './oauth/secret-text.js';
import { ALWAYS_PUBLISHED, SIGNING_ALGORITHMS } from './oauth/signing-algorithm.js';
import { dataSecret } from './persistence/data-secret.js';
import { describeDelegationDepth, describeDelegations } from './resources/describe-delegations.js';
import { describeDpop } from './resources/describe-dpop.js';
import { describeResources } from './resources/describe-resources.js';
import { describeResourceServers } from './resources/describe-resource-servers.js';

/** Seconds beyond which no time of a grant or a key means anything. */
const TEN_YEARS = 315_360_000;

/** @throws Error with one sentence that says what to change. */
export function resolveSettings(options: McpAuthOptions): McpAuthSettings {
  const { pathname, protocol } = checkIssuer(options.issuer);
  if (typeof options.loginPage !== 'string' || !/^(\/(?!\/)|https?:\/\/)/.test(options.loginPage))
    throw new Error('`loginPage` must be a path such as /sign-in, or an http(s) URL.');
  const { oidcConfig = {} } = options;
  const servers = {
    resources: describeResources(options),
    resourceServers: describeResourceServers(options),
  };
  return {
    issuer: options.issuer,
    basePath: pathname === '/' ? '' : pathname,
    secure: protocol === 'https:',
    loginPage: options.loginPage,
    ...servers,
    delegation: {
      rules: describeDelegations(options.delegations ?? [], servers),
      depth: describeDelegationDepth(options.delegationDepth),
    },
    lifetimes: {
      code: seconds('codeExpiresIn', oidcConfig.codeExpiresIn, 60, 1, 600),
      accessToken: seconds(
        'accessTokenExpiresIn',
        oidcConfig.accessTokenExpiresIn,
        3_600,
        1,
        LONGEST_ACCESS_TOKEN,
      ),
      refreshToken: seconds(
        'refreshTokenExpiresIn',
        oidcConfig.refreshTokenExpiresIn,
        2_592_000,
        1,
        TEN_YEARS,
      ),
      refreshGrace: seconds('refreshTokenGrace', oidcConfig.refreshTokenGrace, 90, 0, 300),
      grant: seconds('grantMaxAge', oidcConfig.grantMaxAge, 7_776_000, 1, TEN_YEARS),
      interaction: 600,
    },
    signing: signingRules(options),
    dpop: describeDpop(options),
    ...machineRules(options),
    ...clientRules(options),
    deviceAuthorization: options.deviceAuthorization ?? false,
    requirePushedAuthorizationRequests: options.requirePushedAuthorizationRequests ?? false,
    registration: registrationRules(options),
    rateLimit: options.rateLimit ?? true,
    auditCalls: options.auditCalls ?? false,
    clientDocuments: documentRules(options),
    redirectSchemes: redirectSchemes(options),
    assertionAudiences: [
      options.issuer,
      ...(options.tokenEndpointAudience ? [`${options.issuer}/token`, `${options.issuer}/par`] : []),
    ],
    ...resolveStorage(options),
    clock: options.clock ?? new Clock(),
    trustProxy: options.trustProxy,
    maxRevocationLag: options.maxRevocationLag ?? 5,
  };
}

/** @throws Error with one sentence that says what to change. */
function checkIssuer(issuer: string): URL {
  const problem = typeof issuer === 'string' ? issuerProblem(issuer) : 'is not set';
  if (problem !== null) throw new Error(`\`issuer\` ${problem}.`);
  return new URL(issuer);
}

/** Who acts without a person. @throws Error with one sentence that says what to change. */
function machineRules(options: McpAuthOptions): Pick<McpAuthSettings, 'serviceAccounts' | 'workloads'> {
  const trustedIssuers = trustedBy(options);
  const workloads = describeWorkloads(options.workloads ?? [], trustedIssuers);
  const names = workloads.map(({ serviceAccount }) => serviceAccount);
  if (names.length > 0 && !options.serviceAccounts)
    throw new Error('`workloads` are service accounts: set `serviceAccounts`, to an empty list at least.');
  const { serviceAccounts: accounts } = options;
  return {
    serviceAccounts: accounts ? describeServiceAccounts(accounts, names) : null,
    workloads,
  };
}

/** Who acts for people by the word of an administrator. @throws Error with one sentence that says what to change. */
function clientRules(
  options: McpAuthOptions,
): Pick<McpAuthSettings, 'clients' | 'trustedIssuers' | 'identityAssertions' | 'linkedServers'> {
  const clients = describeClients(options.clients ?? [], redirectSchemes(options));
  const ofDevices = clients.find(({ devices }) => devices);
  if (ofDevices && !options.deviceAuthorization)
    throw new Error(
      `The client ${ofDevices.clientId} has \`devices\`, and device authorization is off: turn it on, or leave that out.`,
    );
  const trustedIssuers = trustedBy(options);
  const identityAssertions = describeIdentityAssertions(options.identityAssertions ?? [], trustedIssuers);
  const others = [...(options.serviceAccounts ?? []), ...describeResourceServers(options)].map(
    ({ clientId }) => clientId,
  );
  for (const { clientId } of clients)
    if (others.includes(clientId))
      throw new Error(
        `\`clients\` names ${clientId}, which is the id of another client: choose another one.`,
      );
  const linkedServers = describeLinkedServers(options.linkedServers ?? [], options.issuer);
  const named = [
    ...identityAssertions.flatMap((rule) =>
      rule.clients.map((clientId) => ({ clientId, what: `The identity assertions of ${rule.issuer} are` })),
    ),
    ...linkedServers.map(({ client, issuer }) => ({
      clientId: client,
      what: `The linked server ${issuer} is`,
    })),
  ];
  for (const { clientId, what } of named)
    if (!isClientIdUrl(clientId, true) && !clients.some((client) => client.clientId === clientId))
      throw new Error(`${what} for the client ${clientId}, which \`clients\` does not name.`);
  return { clients, trustedIssuers, identityAssertions, linkedServers };
}

function trustedBy({ trustedIssuers = [], issuer }: McpAuthOptions) {
  return describeTrustedIssuers(trustedIssuers, issuer);
}

function seconds(name: string, value: number | undefined, fallback: number, least: number, most: number) {
  return wholeSeconds(`oidcConfig.${name}`, value, fallback, least, most);
}

function wholeSeconds(
  option: string,
  value: number | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  const chosen = value ?? fallback;
  if (Number.isInteger(chosen) && chosen >= least && chosen <= most) return chosen;
  throw new Error(`\`${option}\` must be a whole number of seconds, from ${least} to ${most}.`);
}

function signingRules({ signing = {} }: McpAuthOptions): McpAuthSettings['signing'] {
  const { algorithm = 'ES256' } = signing;
  if (!SIGNING_ALGORITHMS.includes(algorithm))
    throw new Error(`\`signing.algorithm\` must be one of ${SIGNING_ALGORITHMS.join(', ')}.`);
  const rotateAfter = wholeSeconds('signing.rotateAfter', signing.rotateAfter, 7_776_000, 3_600, TEN_YEARS);
  return {
    algorithm,
    algorithms: [...new Set([...ALWAYS_PUBLISHED, algorithm])],
    rotateAfter,
    // JWKS are kept for 300 s, and replicas read the keys every 15 s: by then everybody knows the new key.
    overlap: wholeSeconds('signing.overlap', signing.overlap, 3_600, 600, Math.min(rotateAfter, 2_592_000)),
  };
}

function registrationRules({ registration = {} }: McpAuthOptions): RegistrationRules {
  const { mode = 'open', initialAccessToken = null, management = false } = registration;
  if (!['open', 'token', 'off'].includes(mode))
    throw new Error('`registration.mode` must be open, token or off.');
  if (mode === 'token' && (initialAccessToken?.length ?? 0) < 32)
    throw new Error(
      '`registration.initialAccessToken` must have at least 32 characters when the mode is token.',
    );
  return { mode, initialAccessToken, management };
}

function documentRules({
  issuer,
  clientIdMetadataDocuments: given = {},
}: McpAuthOptions): McpAuthSettings['clientDocuments'] {
  const { enabled = true, allowedDomains: allowed = null, deniedDomains: denied = [] } = given;
  const { allowLoopback = false } = given;
  for (const domain of [...(allowed ?? []), ...denied])
    if (!isClientDomain(domain))
      throw new Error(
        `\`clientIdMetadataDocuments\` names "${domain}": write a host as app.example.com, or .example.com for all below it.`,
      );
  if (allowLoopback && !isLoopbackHost(new URL(issuer).hostname))
    throw new Error(
      '`clientIdMetadataDocuments.allowLoopback` is for an issuer on localhost only: turn it off.',
    );
  return { enabled, allowed, denied, allowLoopback };
}

function redirectSchemes({ redirectSchemes: added = [] }: McpAuthOptions): string[] {
  const wrong = added.find((scheme) => !isPrivateUseScheme(scheme));
  if (wrong !== undefined)
    throw new Error(
      `\`redirectSchemes\` names "${wrong}": write the scheme of an application in lower case, such as my-editor.`,
    );
  return [...new Set([...CLIENT_SCHEMES, ...added])];
}

/** What the options say of where everything is kept. @throws Error with one sentence that says what to change. */
export function resolveStorage(
  options: Pick<McpAuthOptions, 'database' | 'secret'>,
): Pick<McpAuthSettings, 'database' | 'secrets' | 'keepSecret'> {
  return { database: resolveDatabase(options.database), ...readSecrets(options) };
}

/** Where everything is kept. @throws Error with one sentence that says what to change. */
export function resolveDatabase(options: DatabaseOptions | undefined): McpAuthSettings['database'] {
  if (!options?.url && !options?.dataDir)
    throw new Error(
      '`database.url` is not set: give a PostgreSQL URL, or `database.dataDir` for the embedded database.',
    );
  if (options.url && !/^postgres(ql)?:\/\//.test(options.url))
    throw new Error('`database.url` must begin with postgres:// or postgresql://.');
  const { schema = 'mcp_auth', poolSize = 10, preparedStatements = true } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(schema))
    throw new Error('`database.schema` must be a plain PostgreSQL identifier.');
  return { ...options, schema, poolSize, preparedStatements };
}

function readSecrets({
  secret,
  database,
}: Pick<McpAuthOptions, 'database' | 'secret'>): Pick<McpAuthSettings, 'secrets' | 'keepSecret'> {
  const configured = [secret ?? process.env['MCP_AUTH_SECRET']?.split(',') ?? []].flat();
  const texts = configured.map((text) => text.trim()).filter(Boolean);
  if (texts.length === 0 && !database.url && database.dataDir) {
    const own = dataSecret(database.dataDir);
    return { secrets: [decodeSecret(own.text)], keepSecret: () => own.keep() };
  }
  if (texts.length === 0)
    throw new Error(
      '`secret` (MCP_AUTH_SECRET) is not set: give 32 random bytes as base64, for example from `openssl rand -base64 32`.',
    );
  return { secrets: texts.map(decodeSecret), keepSecret: () => undefined };
}

function decodeSecret(text: string): Buffer {
  const secret = decodeSecretText(text);
  if (!secret)
    throw new Error(
      '`secret` (MCP_AUTH_SECRET) must be at least 32 random bytes as base64 or hex, for example from `openssl rand -base64 32`.',
    );
  return secret;
}
