import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AUDIT_ACTIONS } from 'nestjs-mcp-auth';
import { page, snippets } from '../../../test/support/how-to.js';
import { SERVICE_ACTIONS } from '../../src/audit/service-event.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string };
}

/** Of the metrics of Prometheus itself, one for each target. */
const OF_PROMETHEUS = ['up'];

describe('docs/how-to/monitoring.md', () => {
  let service: Standalone;
  let shown: string;
  let rules: Rule[];

  beforeAll(async () => {
    const token = randomBytes(24).toString('base64url');
    service = await startStandalone({ MCP_AUTH_METRICS_TOKEN: token });
    await fetch(`${service.issuer}/jwks`);
    const headers = { authorization: `Bearer ${token}` };
    shown = await (await fetch(`${service.issuer}/metrics`, { headers })).text();
    const [, alerts = ''] = await snippets('monitoring.md', 'yaml');
    ({ rules = [] } = (parse(alerts) as { groups: { rules: Rule[] }[] }).groups[0] ?? {});
  });
  afterAll(() => service.close());

  /** Names of all metrics that there are, of the series of a histogram too. */
  const names = () =>
    [...shown.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_count`, `${name}_sum`, `${name}_bucket`] : [name],
    );

  it('has alerts over metrics and labels that there are', () => {
    expect(rules.length).toBeGreaterThan(5);
    for (const { alert, expr, labels, annotations } of rules) {
      expect(alert).toMatch(/^McpAuth[A-Z]/);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      const named = [...expr.matchAll(/\b([a-z_]+)(?=\{|\[| >| ==|\))/g)].map(([, name]) => name);
      expect(named.length, expr).toBeGreaterThan(0);
      for (const name of named) expect([...names(), ...OF_PROMETHEUS]).toContain(name);
    }
  });

  it.each([
    ['status', ['2xx', '3xx', '4xx', '5xx']],
    ['action', [...AUDIT_ACTIONS, ...SERVICE_ACTIONS]],
    ['outcome', ['issued', 'refused', 'succeeded', 'throttled']],
    ['job', ['mcp-auth']],
  ])('names values of the label %s that there are', (label, values) => {
    const used = rules.flatMap(({ expr }) =>
      [...expr.matchAll(new RegExp(`\\b${label}=~?"([^"]*)"`, 'g'))].flatMap(([, text = '']) =>
        text.split('|'),
      ),
    );
    expect(used.length).toBeGreaterThan(0);
    for (const value of used) expect(values).toContain(value);
  });

  it('describes every metric of the service, and no other', async () => {
    const described = [...(await page('monitoring.md')).matchAll(/`(mcp_auth_[a-z_]+)`/g)].map(
      ([, name]) => name,
    );
    const own = [...shown.matchAll(/^# TYPE (mcp_auth_\S+) /gm)].map(([, name]) => name);
    expect([...new Set(described)].toSorted()).toEqual([...new Set(own)].toSorted());
    expect(own.length).toBeGreaterThan(8);
  });
});
