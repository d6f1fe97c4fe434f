/** What an SDK keeps of its authorization, in the shape every SDK's provider shares. */
export class ClientState {
  readonly redirectUrl = 'http://localhost:7777/callback';
  readonly clientMetadata: object;
  readonly opened: URL[] = [];
  information: { client_id: string } | undefined;
  saved: { access_token: string; refresh_token?: string } | undefined;
  private verifier = '';

  constructor(name: string) {
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [this.redirectUrl],
      token_endpoint_auth_method: 'none',
    };
  }

  readonly clientInformation = () => this.information;
  readonly saveClientInformation = (information: { client_id: string }) =>
    void (this.information = information);
  readonly tokens = () => this.saved;
  readonly saveTokens = (tokens: { access_token: string; refresh_token?: string }) =>
    void (this.saved = tokens);
  readonly redirectToAuthorization = (url: URL) => void this.opened.push(url);
  readonly saveCodeVerifier = (verifier: string) => void (this.verifier = verifier);
  readonly codeVerifier = () => this.verifier;
  readonly state = () => 'sdk-state';
}
