import { ForeignFetch } from 'nestjs-mcp-auth/service-kit';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { secret, text } from './variable.js';

/** Whom the service tells that somebody waits for an application. */
export abstract class ApprovalWebhookConfig {
  /** Null where nobody is told. */
  target: { url: string; key: Buffer } | null;
  /** For development: http and https on this computer too. */
  allowLoopback: boolean;
}

/** Begins a secret as Standard Webhooks writes it. */
const PREFIX = 'whsec_';
/** Bytes, by Standard Webhooks. */
const SHORTEST_KEY = 24;
const LONGEST_KEY = 64;

export const APPROVAL_WEBHOOK_VARIABLES = {
  url: text('MCP_AUTH_APPROVAL_WEBHOOK_URL', {
    is: 'where administrators are told that somebody waits for an application: [approvals](../how-to/approvals.md)',
    values: 'an https URL at a public address',
    otherwise: 'nobody is told',
    check: (url) => (isTarget(url) ? null : 'must be an https URL without user information and fragment'),
  }),
  secret: secret('MCP_AUTH_APPROVAL_WEBHOOK_SECRET', {
    is: 'the key that these messages are signed with, as [Standard Webhooks](https://www.standardwebhooks.com/) writes it',
    values: `\`whsec_\` and ${SHORTEST_KEY} to ${LONGEST_KEY} bytes in base64`,
    needs: ['MCP_AUTH_APPROVAL_WEBHOOK_URL'],
    check: (value) =>
      readKey(value)
        ? null
        : `must be whsec_ and ${SHORTEST_KEY} to ${LONGEST_KEY} bytes in base64: set it to whsec_ and the output of \`openssl rand -base64 32\``,
  }),
};

/**
 * @param allowLoopback whether other addresses that the service fetches from may be on this computer.
 * @throws ConfigurationError with one sentence.
 */
export function readApprovalWebhookConfig(env: Environment, allowLoopback: boolean): ApprovalWebhookConfig {
  const url = env.get(APPROVAL_WEBHOOK_VARIABLES.url);
  const key = readKey(env.get(APPROVAL_WEBHOOK_VARIABLES.secret) ?? '');
  if (url === undefined) return { target: null, allowLoopback };
  if (new URL(url).protocol === 'http:' && !allowLoopback)
    throw new ConfigurationError(
      'MCP_AUTH_APPROVAL_WEBHOOK_URL must use https; on this computer it may use http where MCP_AUTH_CLIENT_DOCUMENTS is loopback.',
    );
  if (new ForeignFetch({ allowLoopback }).refuses(url))
    throw new ConfigurationError(
      'MCP_AUTH_APPROVAL_WEBHOOK_URL must be at a public address: nothing is sent to this computer, or into its network.',
    );
  if (!key)
    throw new ConfigurationError(
      'MCP_AUTH_APPROVAL_WEBHOOK_URL needs MCP_AUTH_APPROVAL_WEBHOOK_SECRET, by which its messages are known to be ours: set it to whsec_ and the output of `openssl rand -base64 32`.',
    );
  return { target: { url, key }, allowLoopback };
}

function isTarget(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash } = new URL(url);
  return ['https:', 'http:'].includes(protocol) && !username && !password && !hash;
}

function readKey(text: string): Buffer | null {
  if (!text.startsWith(PREFIX)) return null;
  const key = Buffer.from(text.slice(PREFIX.length), 'base64');
  const isWhole = key.toString('base64').replace(/=+$/, '') === text.slice(PREFIX.length).replace(/=+$/, '');
  return isWhole && key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY ? key : null;
}
