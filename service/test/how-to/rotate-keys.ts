import { Injectable } from '@nestjs/common';
import { McpSigningKeys } from 'nestjs-mcp-auth';

@Injectable()
export class Keys {
  constructor(private readonly signingKeys: McpSigningKeys) {}

  rotate = () => this.signingKeys.rotate(); // every algorithm, or { alg: 'ES256' }
}

export async function replaceLeaked(signingKeys: McpSigningKeys): Promise<void> {
  await signingKeys.rotate({ alg: 'ES256', compromised: true });
}
