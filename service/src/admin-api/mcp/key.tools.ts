import { z } from 'zod';
import { expectation } from '../entity-tag.js';
import { keyBody, keysState, newKeyBody } from '../keys/key.body.js';
import { adminTool } from './admin-tool.js';
import { ETAG_INPUT, TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';
import { withTag } from './with-tag.js';

/** The keys that tokens are signed with. */
export function keyTools({ keys }: ToolServices) {
  return [
    adminTool({
      name: 'list_keys',
      description:
        'Lists the keys that tokens are signed with, by algorithm. They rotate by their age on their own.',
      kind: 'reads',
      input: z.object({}),
      run: async () => ({
        keys: keys.list().map((key) => {
          const { ofAlgorithm } = keys.find(key.kid);
          return withTag(keyBody(key), keysState(ofAlgorithm));
        }),
      }),
    }),
    adminTool({
      name: 'rotate_keys',
      description:
        'Publishes a successor of a key, which signs once everybody knows it. Of one that has leaked: a new key signs at once, and every token that any key of its algorithm signed is refused.',
      kind: 'destructive',
      input: z.object({
        kid: TEXT(100).describe('Of a key, by list_keys.'),
        leaked: z
          .boolean()
          .describe('True when somebody else has the private key: everybody needs new tokens then.'),
        etag: ETAG_INPUT,
      }),
      run: async ({ kid, leaked, etag }, author) => {
        const expected = expectation(etag, keysState);
        return newKeyBody(
          await (leaked ? keys.replace(author, kid, expected) : keys.rotate(author, kid, expected)),
        );
      },
    }),
  ];
}
