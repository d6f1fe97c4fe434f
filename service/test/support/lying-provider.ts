import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';

type Claims = Record<string, unknown>;

/** Of the service, at every provider of a test; long enough to sign. */
export const CLIENT_SECRET = 'a secret of the service, which is long enough to sign';

const PROTOCOL = ['/.well-known/openid-configuration', '/authorize', '/token', '/jwks'];

/** An identity provider of a test's own, which says what it is told to say. */
export class LyingProvider {
  claims: Claims = {};
  /** What it does instead of answering at these paths. */
  mischief: Partial<Record<string, 'fails' | 'hangs' | 'hangs up' | 'redirects' | Claims>> = {};
  /** How it signs: with the key it publishes, with another one, with a secret that others know, or not at all. */
  signature: 'own' | 'foreign' | 'client secret' | 'public key' | 'none' = 'own';
  /** Requests of the token endpoint. */
  exchanges = 0;
  /** Requests of anything else than the protocol, with their Authorization header. */
  lookUps: [path: string, authorization: string | undefined][] = [];

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    /** What its metadata says besides. */
    private readonly metadata: Claims,
    private readonly keys: { own: CryptoKey; foreign: CryptoKey; published: JWK },
  ) {}

  /** @param metadata what its metadata says besides. */
  static async start(metadata: Claims = {}): Promise<LyingProvider> {
    const own = await generateKeyPair('RS256', { extractable: true });
    const foreign = await generateKeyPair('RS256');
    const published = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
    const server = createServer((request, response) => void provider.respond(request, response)).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const provider = new LyingProvider(server, issuer, metadata, {
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
    this.signature = 'own';
    this.exchanges = 0;
    this.lookUps = [];
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await this.answer(request);
    if (body === 'hangs') return;
    if (body === 'hangs up') request.socket.destroy();
    else if (body === 'redirects') response.writeHead(302, { location: `${this.issuer}/elsewhere` }).end();
    else
      response
        .writeHead(body === 'fails' ? 500 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
  }

  private async answer({ url = '', headers }: IncomingMessage): Promise<unknown> {
    const path = url.split('?', 1)[0] ?? '';
    if (!PROTOCOL.includes(path)) this.lookUps.push([url, headers.authorization]);
    const mischief = this.mischief[url] ?? this.mischief[path];
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
        ...this.metadata,
      };
    if (path === '/jwks') return { keys: [this.keys.published] };
    if (path !== '/token') return {};
    this.exchanges += 1;
    return { access_token: 'an access token', token_type: 'Bearer', id_token: await this.idToken() };
  }

  private idToken(): Promise<string> | string {
    const { own, foreign, published } = this.keys;
    const jwt = new SignJWT(this.claims);
    const shared = { alg: 'HS256', kid: 'own' };
    switch (this.signature) {
      case 'none':
        return new UnsecuredJWT(this.claims).encode();
      case 'client secret':
        return jwt.setProtectedHeader(shared).sign(new TextEncoder().encode(CLIENT_SECRET));
      case 'public key':
        return jwt.setProtectedHeader(shared).sign(new TextEncoder().encode(JSON.stringify(published)));
      default:
        return jwt
          .setProtectedHeader({ alg: 'RS256', kid: 'own' })
          .sign(this.signature === 'own' ? own : foreign);
    }
  }
}
