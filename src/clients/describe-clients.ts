import { checkBackchannelLogoutUri } from '../oauth/backchannel-logout-uri.js';
import type { ConfiguredClient } from '../oauth/configured-client.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import type { ClientOptions } from './client-options.js';
import { checkClientName, describeClientProof } from './describe-client-proof.js';

/**
 * Clients that act for people, as options describe them.
 * @param schemes private-use schemes without a dot that they may be sent back to.
 * @throws Error with a sentence that says what to change.
 */
export function describeClients(
  clients: readonly ClientOptions[],
  schemes?: readonly string[],
): ConfiguredClient[] {
  const described = clients.map((options): ConfiguredClient => {
    const { clientId, name = null, redirectUris = [], postLogoutRedirectUris = [] } = options;
    const { backchannelLogoutUri = null, devices = false } = options;
    const complain = checkClientName('client', options);
    for (const uri of [...redirectUris, ...postLogoutRedirectUris]) {
      const problem = checkRedirectUri(uri, schemes && [...schemes]);
      if (problem)
        throw complain(
          `has the redirect URI "${uri}", which is none: ${problem.sentence.replace(/\.$/, '')}`,
        );
    }
    // On this computer, it is told in development alone: whoever sends sees to that.
    const problem =
      backchannelLogoutUri === null ? null : checkBackchannelLogoutUri(backchannelLogoutUri, true);
    if (problem) throw complain(`has a \`backchannelLogoutUri\` that ${problem}`);
    if (typeof devices !== 'boolean') throw complain('has a `devices` that is neither true nor false');
    const proof = describeClientProof(options, complain);
    if (!proof.clientSecret && !proof.jwks && !proof.jwksUri)
      throw complain('needs `jwks`, `jwksUri` or `clientSecret`');
    const uris = { redirectUris: [...new Set(redirectUris)], postLogoutRedirectUris, backchannelLogoutUri };
    return { clientId, name, devices, ...uris, ...proof };
  });
  const ids = described.map(({ clientId }) => clientId);
  const repeated = ids.find((id, place) => ids.indexOf(id) < place);
  if (repeated !== undefined) throw new Error(`Two clients have the id ${repeated}: give each its own.`);
  return described;
}
