import { TOKEN_TYPE } from '../../src/oauth/token-type.js';
import { FILES_INTROSPECTION, INTROSPECTION, REMOTE_INTROSPECTION, type TestService } from './app.js';
import { OAuthTestClient, type TokenAnswer } from './oauth-client.js';

type Fields = Record<string, string | string[] | undefined>;

/** An MCP server that calls others: it exchanges the tokens that it is called with. */
export class McpServer extends OAuthTestClient {
  constructor(
    service: TestService,
    readonly server: { clientId: string; clientSecret: string },
  ) {
    super(service);
  }

  /** Those of `resource`, `secondResource` and `remoteResource`. */
  static all(service: TestService): [McpServer, McpServer, McpServer] {
    return [
      new McpServer(service, INTROSPECTION),
      new McpServer(service, FILES_INTROSPECTION),
      new McpServer(service, REMOTE_INTROSPECTION),
    ];
  }

  get headers(): { authorization: string } {
    const { clientId, clientSecret } = this.server;
    const credentials = [clientId, clientSecret].map((part) =>
      encodeURIComponent(part).replaceAll('%20', '+'),
    );
    return { authorization: `Basic ${Buffer.from(credentials.join(':')).toString('base64')}` };
  }

  /** @param fields of the request, `resource` at least. */
  exchangeToken(
    subjectToken: string,
    fields: Fields,
    { service, headers = {} }: { service?: TestService; headers?: Record<string, string | undefined> } = {},
  ): Promise<TokenAnswer> {
    const request = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: TOKEN_TYPE.accessToken,
      ...fields,
    };
    const all = Object.entries({ ...this.headers, ...headers }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return this.token(request, { headers: Object.fromEntries(all) as Record<string, string>, service });
  }
}
