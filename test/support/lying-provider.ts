import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

type Claims = Record<string, unknown>;

/** An identity provider of a test's own, which says what it is told to say. */
export class LyingProvider {
  claims: Claims = {};
  /** What it does instead of answering at these paths. */
  mischief: Partial<Record<string, 'fails' | 'hangs' | 'hangs up' | Claims>> = {};
  /** Signs with a key that it does not publish. */
  foreignKey = false;
  /** Requests of the token endpoint. */
  exchanges = 0;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly keys: { own: CryptoKey; foreign: CryptoKey; published: object },
  ) {}

  static async start(): Promise<LyingProvider> {
    const own = await generateKeyPair('RS256', { extractable: true });
    const foreign = await generateKeyPair('RS256');
    const published = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
    const server = createServer((request, response) => void provider.respond(request, response)).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const provider = new LyingProvider(server, issuer, {
      own: own.privateKey,
      foreign: foreign.privateKey,
      published,
    });
    return provider;
  }

  /** Says these things of whoever signs in next, in answer to this authorization request. */
  say(authorization: URL, claims: Claims): void {
    const now = Math.floor(Date.now() / 1000);
    const nonce = authorization.searchParams.get('nonce');
    this.claims = { iss: this.issuer, aud: 'service', iat: now, exp: now + 300, nonce, ...claims };
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Well-behaved again. */
  reset(): void {
    this.mischief = {};
    this.foreignKey = false;
    this.exchanges = 0;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await this.answer(request.url ?? '');
    if (body === 'hangs') return;
    if (body === 'hangs up') request.socket.destroy();
    else
      response
        .writeHead(body === 'fails' ? 500 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
  }

  private async answer(url: string): Promise<unknown> {
    const path = url.split('?', 1)[0] ?? '';
    const mischief = this.mischief[path];
    if (mischief) return mischief;
    if (path === '/.well-known/openid-configuration')
      return {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        jwks_uri: `${this.issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      };
    if (path === '/jwks') return { keys: [this.keys.published] };
    this.exchanges += 1;
    const idToken = await new SignJWT(this.claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'own' })
      .sign(this.foreignKey ? this.keys.foreign : this.keys.own);
    return { access_token: 'an access token', token_type: 'Bearer', id_token: idToken };
  }
}
