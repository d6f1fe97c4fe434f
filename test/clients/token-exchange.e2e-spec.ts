import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_TYPE } from '../../src/oauth/token-type.js';
import { FILES_INTROSPECTION, INTROSPECTION, startService, type TestService } from '../support/app.js';
import { DELEGATIONS, REMOTE } from '../support/delegation.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('oauth4webapi', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService(DELEGATIONS);
  });
  afterAll(() => service.close());

  it('exchanges tokens along a chain of servers (RFC 8693 §2.1)', async () => {
    const { access_token: subject } = await (await new OAuthTestClient(service).register()).tokens();
    const issuer = new URL(service.issuer);
    const options = { [oauth.allowInsecureRequests]: true, algorithm: 'oauth2' } as const;
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, options),
    );
    const exchange = async ({ clientId, clientSecret }: typeof INTROSPECTION, token: string, to: string) => {
      const parameters = { subject_token: token, subject_token_type: TOKEN_TYPE.accessToken, resource: to };
      const response = await oauth.genericTokenEndpointRequest(
        server,
        { client_id: clientId },
        oauth.ClientSecretBasic(clientSecret),
        'urn:ietf:params:oauth:grant-type:token-exchange',
        parameters,
        options,
      );
      return oauth.processGenericTokenEndpointResponse(server, { client_id: clientId }, response);
    };
    const answer = await exchange(INTROSPECTION, subject, service.secondResource);
    expect(answer).toMatchObject({ token_type: 'bearer', issued_token_type: TOKEN_TYPE.accessToken });
    const next = await exchange(FILES_INTROSPECTION, answer.access_token, REMOTE);
    expect(decodeJwt(next.access_token)).toMatchObject({ aud: REMOTE, sub: 'alice' });
    await expect(exchange(FILES_INTROSPECTION, subject, REMOTE)).rejects.toMatchObject({
      error: 'invalid_request',
      status: 400,
    });
  });
});
