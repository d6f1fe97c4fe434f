import { readConfig } from '../config/service-config.js';
import { AccessRevocation, type AccessSelection } from '../people/access-revocation.js';
import { inService } from './in-service.js';

export interface RevokeOptions {
  before: Date;
  user?: string[];
  client?: string[];
  resource?: string[];
}

export async function revoke({ before, user, client, resource }: RevokeOptions): Promise<void> {
  const selection: AccessSelection = { users: user, clientIds: client, resources: resource };
  const { grants, sessions } = await inService(readConfig(process.env), (service) =>
    service.get(AccessRevocation).before(before, selection),
  );
  process.stdout.write(`${grants} connections and ${sessions} sign-in sessions are ended.\n`);
}
