import * as openid from 'openid-client';

/** Sends a person's browser on; what is asked for never passes through it. */
export async function beginSignIn(issuer: string, server: string, redirectUri: string) {
  const config = await openid.dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: 'Reports',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'client_secret_basic',
      require_pushed_authorization_requests: true, // what a browser brings by itself is refused from now on
    },
    openid.ClientSecretBasic(),
    { execute: [openid.allowInsecureRequests] }, // for http on localhost alone
  );
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const url = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: redirectUri,
    resource: server,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  return { config, url, verifier, state };
}
