import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** An identity provider as companies have them: oidc-provider on loopback, which says what it is told of everybody. */
export class RealProvider {
  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** @param claims of an account, by its login. */
  static async start(
    callback: () => string,
    claims: (login: string) => Record<string, unknown>,
  ): Promise<RealProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const names = ['name', 'email', 'email_verified', 'hd', 'groups', 'xms_edov', '_claim_names'];
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'service',
          client_secret: 'a secret of the service',
          redirect_uris: [callback()],
          post_logout_redirect_uris: [new URL('/sign-in', callback()).href],
        },
      ],
      claims: { openid: ['sub', ...names] },
      conformIdTokenClaims: false,
      findAccount: (_, login) => ({ accountId: login, claims: () => ({ sub: login, ...claims(login) }) }),
      // Its own employees' application: nobody is asked for consent.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client?.clientId,
          accountId: oidc.session?.accountId,
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
      cookies: { keys: ['a key of the test'] },
      ttl: {
        AccessToken: 300,
        AuthorizationCode: 60,
        Grant: 300,
        IdToken: 300,
        Interaction: 300,
        Session: 3_600,
      },
    });
    const answer = provider.callback();
    server.on('request', (request, response) => void answer(request, response));
    return new RealProvider(server, issuer);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
