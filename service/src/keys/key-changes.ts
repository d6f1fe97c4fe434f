import { HttpStatus, Injectable } from '@nestjs/common';
import { McpSigningKeys, type PublishedKey, type SigningKeyInUse } from 'nestjs-mcp-auth';
import { AdministratorChanges } from '../people/administrator-changes.js';
import type { Author } from '../web/author.js';
import { Refusal } from '../web/refusal.js';

/** Looks at the keys of an algorithm, and throws where they are not what somebody has seen. */
export type ExpectedKeys = (ofAlgorithm: readonly SigningKeyInUse[]) => void;

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

  /** A key, and all of its algorithm, which end with it when it has leaked. @throws Refusal when it is published no more. */
  find(kid: string): { key: SigningKeyInUse; ofAlgorithm: SigningKeyInUse[] } {
    const keys = this.keys.list();
    const key = keys.find((each) => each.kid === kid);
    if (key) return { key, ofAlgorithm: keys.filter(({ alg }) => alg === key.alg) };
    throw new Refusal(
      HttpStatus.NOT_FOUND,
      'This key is not published any more: somebody has replaced it, or it has reached its age.',
      { path: '/admin/keys', text: 'Keys' },
    );
  }

  /**
   * Publishes a successor, which signs once everybody knows it; one that is under way is not made twice.
   * @throws what `expected` throws of other keys than were seen.
   */
  async rotate(author: Author, kid: string, expected: ExpectedKeys = () => {}): Promise<PublishedKey> {
    return this.succeed(author, kid, expected, false);
  }

  /**
   * A key has leaked: a new one signs at once, and nothing that any key of its algorithm signed opens anything.
   * @throws what `expected` throws of other keys than were seen.
   */
  async replace(author: Author, kid: string, expected: ExpectedKeys): Promise<PublishedKey> {
    return this.succeed(author, kid, expected, true);
  }

  private async succeed(
    author: Author,
    kid: string,
    expected: ExpectedKeys,
    compromised: boolean,
  ): Promise<PublishedKey> {
    // Ahead of the change, in a transaction of its own. The change is one statement of the library's, which needs a
    // connection, and the embedded database has one; and making an RSA key takes a second, for which every other change of
    // an administrator would wait. Whoever ceases to be an administrator in between has been faster, and no more.
    const { alg } = await this.administrators.run(author, 'admin:settings', async () => {
      const { key, ofAlgorithm } = this.find(kid);
      expected(ofAlgorithm);
      return key;
    });
    const by = { userId: author.userId, clientId: author.clientId };
    const [published] = await this.keys.rotate({ alg, compromised, by });
    if (!published) throw new Error(`There is no key of ${alg}.`);
    return published;
  }
}
