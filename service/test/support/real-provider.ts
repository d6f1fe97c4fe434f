import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { CLIENT_SECRET } from './lying-provider.js';

const GROUPS = '/groups?$select=id';

/** The groups of whom the access token of the request is. */
async function answerGroups(
  provider: Provider,
  groups: (login: string) => string[],
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const login = (await provider.AccessToken.find(token))?.accountId;
  const value = login === undefined ? [] : groups(login).map((id) => ({ id }));
  response.writeHead(login === undefined ? 401 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ value }));
}

/** An identity provider as companies have them: oidc-provider on loopback, which says what it is told of everybody. */
export class RealProvider {
  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /**
   * @param claims of an account, by its login.
   * @param groups of an account that are had at `groupsUrl`, with its access token alone.
   */
  static async start(
    callback: () => string,
    claims: (login: string) => Record<string, unknown>,
    groups: (login: string) => string[] = () => [],
  ): Promise<RealProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const names = [
      'name',
      'email',
      'email_verified',
      'hd',
      'groups',
      'xms_edov',
      '_claim_names',
      'hasgroups',
    ];
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'service',
          client_secret: CLIENT_SECRET,
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
    server.on('request', (request, response) => {
      if (request.url === GROUPS) void answerGroups(provider, groups, request, response);
      else void answer(request, response);
    });
    return new RealProvider(server, issuer);
  }

  get groupsUrl(): string {
    return this.issuer + GROUPS;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
