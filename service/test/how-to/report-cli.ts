import * as openid from 'openid-client';

/** Connects a command line on a machine without a browser: a person says yes on any other one. */
export async function connect(issuer: string, server: string, tell: (words: string) => void) {
  const config = await openid.dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: 'Report command line',
      redirect_uris: ['http://localhost/callback'], // it must have one, and never uses it
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      token_endpoint_auth_method: 'none',
    },
    openid.None(),
    { execute: [openid.allowInsecureRequests] }, // for http on localhost alone
  );
  const device = await openid.initiateDeviceAuthorization(config, { resource: server });
  tell(`Open ${device.verification_uri} and enter ${device.user_code}`);
  return openid.pollDeviceAuthorizationGrant(config, device, { resource: server });
}
