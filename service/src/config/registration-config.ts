import type { MetadataDocumentOptions } from 'nestjs-mcp-auth';
import { isClientDomain, isPrivateUseScheme } from 'nestjs-mcp-auth/service-kit';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { choice, secret, texts } from './variable.js';

/** Where clients come from, and what they must do. */
export interface RegistrationConfig {
  registration: { mode: 'open' | 'token' | 'off'; initialAccessToken?: string; management: boolean };
  clientDocuments: MetadataDocumentOptions;
  redirectSchemes?: string[];
  tokenEndpointAudience: boolean;
  requirePushedAuthorizationRequests: boolean;
  deviceAuthorization: boolean;
}

const SHORTEST_TOKEN = 32;

export const REGISTRATION_VARIABLES = {
  mode: choice('MCP_AUTH_REGISTRATION', ['open', 'token', 'off'], {
    is: 'who may register a client: anybody, whoever has the token, nobody',
    fallback: 'open',
  }),
  token: secret('MCP_AUTH_REGISTRATION_TOKEN', {
    is: 'the token for registrations',
    values: `at least ${SHORTEST_TOKEN} characters`,
    needs: ['MCP_AUTH_REGISTRATION', 'token'],
    check: (token) =>
      token.length >= SHORTEST_TOKEN ? null : `must have at least ${SHORTEST_TOKEN} characters`,
  }),
  management: choice('MCP_AUTH_REGISTRATION_MANAGEMENT', ['on', 'off'], {
    is: 'whether clients that registered read, replace and delete their registration with a token of their own (RFC 7592)',
    fallback: 'off',
  }),
  documents: choice('MCP_AUTH_CLIENT_DOCUMENTS', ['on', 'off', 'loopback'], {
    is: 'clients whose id is the URL of their metadata; `loopback` is for development',
    fallback: 'on',
  }),
  domains: texts('MCP_AUTH_CLIENT_DOMAINS', {
    is: 'the only hosts of such URLs: `app.example.com`, or `.example.com` for all below it, separated by commas',
    otherwise: 'every host',
    needs: ['MCP_AUTH_CLIENT_DOCUMENTS', 'on', 'loopback'],
    check: (domain) =>
      isClientDomain(domain)
        ? null
        : `must be hosts such as app.example.com, or .example.com for all below it, not "${domain}"`,
  }),
  redirectSchemes: texts('MCP_AUTH_REDIRECT_SCHEMES', {
    is: 'private-use schemes without a dot that clients may be sent back to, besides `claude`, `cursor`, `kiro`, `raycast`, `vscode`, `vscode-insiders`, `warp`, `windsurf`, `zed`, separated by commas',
    check: (scheme) =>
      isPrivateUseScheme(scheme)
        ? null
        : `names ${scheme}: write schemes of applications in lower case, such as my-editor`,
  }),
  tokenEndpointAudience: choice('MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE', ['on', 'off'], {
    is: 'whether old clients may name the token endpoint in `aud` of an assertion, in place of the issuer',
    fallback: 'off',
  }),
  devices: choice('MCP_AUTH_DEVICE_AUTHORIZATION', ['on', 'off'], {
    is: 'whether devices without a browser may show a code that a person enters at `/device`: [devices](../how-to/devices.md)',
    fallback: 'off',
  }),
  pushedRequests: choice('MCP_AUTH_PUSHED_REQUESTS', ['optional', 'required'], {
    is: 'whether every authorization request must be pushed, or those alone of clients that ask for it: [pushed authorization requests](../how-to/pushed-authorization-requests.md)',
    fallback: 'optional',
  }),
};

/**
 * @param isLoopback whether the issuer is this computer alone.
 * @throws ConfigurationError with one sentence.
 */
export function readRegistrationConfig(env: Environment, isLoopback: boolean): RegistrationConfig {
  const mode = env.get(REGISTRATION_VARIABLES.mode);
  const initialAccessToken = env.get(REGISTRATION_VARIABLES.token);
  if (mode === 'token' && initialAccessToken === undefined)
    throw new ConfigurationError(
      `MCP_AUTH_REGISTRATION_TOKEN must have at least ${SHORTEST_TOKEN} characters when MCP_AUTH_REGISTRATION is token.`,
    );
  const documents = env.get(REGISTRATION_VARIABLES.documents);
  if (documents === 'loopback' && !isLoopback)
    throw new ConfigurationError(
      'MCP_AUTH_CLIENT_DOCUMENTS loopback is for an issuer on localhost only: set it to on or off.',
    );
  return {
    registration: {
      mode,
      initialAccessToken,
      management: env.get(REGISTRATION_VARIABLES.management) === 'on',
    },
    clientDocuments: {
      enabled: documents !== 'off',
      allowLoopback: documents === 'loopback',
      allowedDomains: someOf(env.get(REGISTRATION_VARIABLES.domains)),
    },
    redirectSchemes: someOf(env.get(REGISTRATION_VARIABLES.redirectSchemes)),
    deviceAuthorization: env.get(REGISTRATION_VARIABLES.devices) === 'on',
    requirePushedAuthorizationRequests: env.get(REGISTRATION_VARIABLES.pushedRequests) === 'required',
    tokenEndpointAudience: env.get(REGISTRATION_VARIABLES.tokenEndpointAudience) === 'on',
  };
}

/** A list that names nothing limits nothing, and adds nothing. */
function someOf(texts: readonly string[]): string[] | undefined {
  return texts.length === 0 ? undefined : [...texts];
}
