import type { SigningKeyInUse } from 'nestjs-mcp-auth';
import { confirmationPage } from '../../web/confirmation.page.js';
import { counted } from '../../web/counted.js';
import { shownKeys } from '../compromised-key.dto.js';
import type { Frame } from '../../web/frame.js';

export interface CompromisedKeyPageProps {
  frame: Frame;
  /** Of the key that has leaked. */
  kid: string;
  /** All that end with it. */
  keys: readonly SigningKeyInUse[];
}

/** Names what ends when a key has leaked. */
export function compromisedKeyPage({ frame, kid, keys }: CompromisedKeyPageProps): string {
  const alg = keys[0]?.alg ?? '';
  return confirmationPage({
    frame,
    title: `Has the ${alg} key leaked?`,
    ends: [
      <>
        {counted(keys.length, 'key')} of {alg} {keys.length === 1 ? 'leaves' : 'leave'} for good:{' '}
        {keys.map((key, index) => (
          <>
            {index > 0 && ', '}
            <code>{key.kid}</code>
          </>
        ))}
        .
      </>,
      `Every token that was signed with ${keys.length === 1 ? 'it' : 'them'} is refused within a second, by every replica and every MCP server that asks this service.`,
      'An MCP server that checks tokens by itself refuses them when it reads the keys again, after at most five minutes: restart it to make it read them now.',
    ],
    children: (
      <p class="soft">
        A new key signs at once. People stay signed in, and connections stay: each client gets a new token the
        next time it asks.
      </p>
    ),
    action: `/admin/keys/${kid}/compromised`,
    fields: { shown: shownKeys(keys) },
    button: `Replace the ${alg} keys`,
    back: { path: '/admin/keys', text: 'Back to the keys' },
  });
}
