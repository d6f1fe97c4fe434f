import type { Browser, BrowserResponse } from '../../../test/support/browser.js';
import { ServicePolicy } from '../../src/policy/service-policy.js';
import type { Standalone } from './standalone.js';

type Service = Pick<Standalone, 'issuer' | 'dataSource'>;

/** As if nobody had asked for a client or decided about one yet. */
export async function forgetDecisions({ application, dataSource }: Standalone): Promise<void> {
  for (const table of ['clientDecision', 'approvalRequest'])
    await dataSource.query(`DELETE FROM mcp_auth."${table}"`);
  await application.get(ServicePolicy, { strict: false }).reload();
}

/** The path of the page of somebody who waits for a client. */
export async function waitingPath({ dataSource }: Service, clientId: string): Promise<string> {
  const [row] = await dataSource.query<{ id: string }[]>(
    'SELECT "id" FROM mcp_auth."approvalRequest" WHERE "clientId" = $1',
    [clientId],
  );
  return `/admin/access/applications/requests/${row?.id ?? 'none'}`;
}

/** Decides about a client as its page shows it: about it alone and for everybody, unless `more` says otherwise. */
export async function decide(
  service: Service,
  browser: Browser,
  clientId: string,
  outcome: 'approved' | 'refused' = 'approved',
  more: Record<string, string> = {},
): Promise<BrowserResponse> {
  const path = await waitingPath(service, clientId);
  const page = await browser.get(service.issuer + path);
  return browser.send(page, path, { kind: 'this', person: 'all', outcome, ...more });
}

/** Takes back what was decided about a client alone, for everybody. */
export async function takeBack(
  service: Service,
  browser: Browser,
  clientId: string,
  more: Record<string, string> = {},
): Promise<BrowserResponse> {
  const path = '/admin/access/applications/take-back';
  const decision = { kind: clientId, isClient: 'yes', person: '', ...more };
  const page = await browser.get(`${service.issuer}${path}?${String(new URLSearchParams(decision))}`);
  return browser.send(page, path, decision);
}
