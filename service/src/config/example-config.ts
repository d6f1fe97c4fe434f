/** The example MCP server. */
export abstract class ExampleConfig {
  /** Its identifier, `/mcp` on the issuer's host, which is also the default resource where it is off. */
  mcpUrl: string;
  enabled: boolean;
  /** Whether it is everybody's as long as no file has rules: where only this computer can reach the service. */
  openByDefault: boolean;
}
