import { describe, expect, it } from 'vitest';
import { adminToken, api } from './support/admin-client.js';
import { startStandalone } from './support/standalone.js';

/** Where nobody is: of the kind of address alone it depends whether anything is sent there. */
const INSIDE = 'https://10.255.255.1/mcp';
const ASKED = 'It cannot be reached.';
/** Of a name that has no address anywhere (RFC 6761 §6.4). */
const UNKNOWN = 'nobody knows its name';
const REFUSED = 'it is not at a public address';

describe('the check of a server in a network of one’s own', () => {
  it.each<[string, string, string, string]>([
    ['asks in a range that MCP_AUTH_SERVER_NETWORKS names', '10.0.0.0/8', INSIDE, ASKED],
    ['asks in no other', '10.0.0.0/8', 'https://192.168.0.1/mcp', REFUSED],
    ['asks in none where none is named', '', INSIDE, REFUSED],
    ['knows a name without an address from one inside', '', 'https://files.invalid/mcp', UNKNOWN],
    [
      'never asks what tells a machine its secrets, whatever is named (RFC 3927)',
      '169.254.0.0/16',
      'https://169.254.169.254/mcp',
      REFUSED,
    ],
  ])('%s', async (_name, networks, identifier, sentence) => {
    const service = await startStandalone({ MCP_AUTH_SERVER_NETWORKS: networks });
    try {
      const token = await adminToken(service, 'admin:servers');
      const { body } = await api(service, token, 'POST', '/servers', {
        body: { identifier, name: 'Inside', scopes: {} },
      });
      const checked = await api(service, token, 'POST', `/servers/${String(body['id'])}/check`);
      expect(checked.body).toMatchObject({
        findings: [{ right: false, sentence: expect.stringContaining(sentence) as string }],
      });
    } finally {
      await service.close();
    }
  });
});
