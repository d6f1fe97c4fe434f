import { Injectable } from '@nestjs/common';
import { McpSigningKeys, type PublishedKey, type SigningKeyInUse } from 'nestjs-mcp-auth';
import { AdministratorChanges } from '../people/administrator-changes.js';
import type { Author } from '../web/author.js';
import { ChangeRefused } from '../people/change-refused.js';

/** The signing keys, for administrators: looked at, rotated, and replaced when one has leaked. */
@Injectable()
export class KeyChanges {
  constructor(
    private readonly keys: McpSigningKeys,
    private readonly administrators: AdministratorChanges,
  ) {}

  /** By algorithm, the newest first. */
  list(): SigningKeyInUse[] {
    return this.keys.list();
  }

  /** All that end when this one has leaked. @throws ChangeRefused when it is published no more. */
  compromisedWith(kid: string): SigningKeyInUse[] {
    const keys = this.keys.list();
    const key = keys.find((each) => each.kid === kid);
    if (!key)
      throw new ChangeRefused(
        'This key is not published any more: somebody has replaced it, or it has reached its age.',
      );
    return keys.filter(({ alg }) => alg === key.alg);
  }

  /** Publishes a successor, which signs once everybody knows it; one that is under way is not made twice. */
  async rotate(author: Author, kid: string): Promise<PublishedKey> {
    return this.succeed(author, kid, false);
  }

  /** A key has leaked: a new one signs at once, and nothing that any key of its algorithm signed opens anything. */
  async replace(author: Author, kid: string): Promise<PublishedKey> {
    return this.succeed(author, kid, true);
  }

  private async succeed(author: Author, kid: string, compromised: boolean): Promise<PublishedKey> {
    // Ahead of the change: the embedded database has one connection, and the library's statement needs it.
    const [key] = await this.administrators.run(author, 'admin:settings', () =>
      Promise.resolve(this.compromisedWith(kid)),
    );
    const published =
      key &&
      (await this.keys.rotate({
        alg: key.alg,
        compromised,
        by: { userId: author.userId, clientId: author.clientId },
      }));
    if (!published?.[0]) throw new Error(`There is no key ${kid}.`);
    return published[0];
  }
}
