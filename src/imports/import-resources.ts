import type { ProtectedResource } from '../oauth/resource.js';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { isServerScope } from '../oauth/server-scopes.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import type { ResourceStore } from '../persistence/resource.store.js';
import { describeResource } from '../resources/describe-resources.js';
import type { ImportRun } from './import-run.js';
import { isTrue, text, texts } from './row-values.js';

/** Takes over the resources of the second generation; the first one knows none. */
export async function importResources(run: ImportRun, store: ResourceStore): Promise<void> {
  const { from, tally, resources, transaction, now } = run;
  const taken: ProtectedResource[] = [];
  for await (const rows of from.pages('oauthResource'))
    for (const row of rows) {
      const identifier = String(row['identifier']);
      if (resources.find(identifier)) {
        tally.find('resources');
        continue;
      }
      const { resource, why } = describe(identifier, row);
      if (!resource) {
        tally.leave('resources', identifier, why);
        continue;
      }
      resources.add(resource);
      taken.push(resource);
      tally.take('resources');
    }
  if (transaction && taken.length > 0)
    await store.save(taken, 'stored', { now, issuedBefore: now }, transaction);
}

function describe(identifier: string, row: ForeignRow): { resource: ProtectedResource | null; why: string } {
  const lifetime = text(row['accessTokenTtl']);
  const algorithm = text(row['signingAlgorithm']);
  const scopes = texts(row['allowedScopes']).filter((scope) => !isServerScope(scope));
  try {
    const described = {
      identifier,
      name: text(row['name']) ?? undefined,
      scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
      accessTokenExpiresIn: lifetime === null ? undefined : Number(lifetime),
      // Another algorithm is the server's own here.
      signingAlgorithm: SIGNING_ALGORITHMS.includes(algorithm as SigningAlgorithm)
        ? (algorithm as SigningAlgorithm)
        : undefined,
      enabled: !isTrue(row['disabled']),
    };
    return { resource: describeResource(described, {}), why: '' };
  } catch (error) {
    return {
      resource: null,
      why: `cannot be one here: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
