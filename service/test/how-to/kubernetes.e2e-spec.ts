import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service, ServiceAccount } from 'kubernetes-models/v1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { page, snippets } from '../../../test/support/how-to.js';
import { readConfig } from '../../src/config/service-config.js';
import { newSecret } from '../support/service-process.js';

/** By `apiVersion` and `kind`, what checks a manifest against the schema of the Kubernetes API. */
const MODELS = {
  'v1 ServiceAccount': ServiceAccount,
  'v1 Service': Service,
  'apps/v1 Deployment': Deployment,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
};

const SECRETS: Record<string, string> = {
  'database-url': 'postgres://mcp_auth@database.example.com/mcp_auth',
  secret: newSecret(),
  'metrics-token': newSecret(),
};

interface Manifest {
  apiVersion: string;
  kind: string;
}

describe('docs/how-to/kubernetes.yaml', () => {
  let manifests: Manifest[];
  let deployment: ConstructorParameters<typeof Deployment>[0] & object;
  let folder: string;

  beforeAll(async () => {
    manifests = parseAllDocuments(await page('kubernetes.yaml')).map(
      (document) => document.toJS() as Manifest,
    );
    deployment = manifests.find(({ kind }) => kind === 'Deployment') as unknown as typeof deployment;
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-kubernetes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const pod = () => deployment.spec?.template.spec;
  const container = () => pod()?.containers[0];

  it('is what the schema of the Kubernetes API asks for', () => {
    expect(manifests).toHaveLength(5);
    for (const manifest of manifests) {
      const name = `${manifest.apiVersion} ${manifest.kind}` as keyof typeof MODELS;
      expect(Object.keys(MODELS)).toContain(name);
      new MODELS[name](manifest as never).validate();
    }
    const broken = { ...deployment, spec: { ...deployment.spec, replicas: 'two' } };
    expect(() => new Deployment(broken as never).validate()).toThrow('replicas');
  });

  it('has two replicas, of which one may be missing, and none is taken before another is there', () => {
    const { replicas, selector, strategy, template } = deployment.spec ?? {};
    expect([replicas, strategy?.rollingUpdate]).toEqual([2, { maxUnavailable: 0, maxSurge: 1 }]);
    const labels = selector?.matchLabels;
    expect(template?.metadata?.labels).toMatchObject(labels ?? {});
    const others = manifests.filter(({ kind }) => kind !== 'Deployment' && kind !== 'ServiceAccount');
    for (const { spec } of others as unknown as { spec: { selector: object; minAvailable?: number } }[])
      expect('matchLabels' in spec.selector ? spec.selector.matchLabels : spec.selector).toEqual(labels);
    expect(others).toContainEqual(
      expect.objectContaining({ spec: expect.objectContaining({ minAvailable: 1 }) as object }),
    );
  });

  it('asks the health pages that there are, at a port that there is', () => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = container() ?? {};
    const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path);
    expect(paths).toEqual(['/health/live', '/health/live', '/health/ready']);
    const names = ports?.map(({ name }) => name);
    for (const probe of [startupProbe, livenessProbe, readinessProbe])
      expect(names).toContain(probe?.httpGet?.port);
  });

  it('starts the service as it stands there, with every secret from a file', () => {
    const environment = (container()?.env ?? []).map(({ name, value = '' }): [string, string] => {
      if (!name.endsWith('_FILE')) return [name, value];
      const file = join(folder, basename(value));
      writeFileSync(file, `${SECRETS[basename(value)]}\n`);
      return [name, file];
    });
    const config = readConfig(Object.fromEntries(environment));
    expect(config.warnings).toEqual([]);
    expect(config.database.url).toBe(SECRETS['database-url']);
    expect(config.secrets).toEqual([SECRETS['secret']]);
    expect(config.metrics).toMatchObject({ token: SECRETS['metrics-token'], port: 9464, host: '0.0.0.0' });
    const ports = container()?.ports?.map(({ containerPort }) => containerPort);
    expect(ports).toEqual([config.port, config.metrics.port]);
    const patience = pod()?.terminationGracePeriodSeconds ?? 0;
    expect(patience).toBeGreaterThan(config.shutdownTimeout + 5);
  });

  it('mounts the secret that the page makes', async () => {
    const [command = ''] = await snippets('kubernetes.md', 'sh');
    const made = [...command.matchAll(/--from-literal=([a-z-]+)=/g)].map(([, key]) => key);
    const read = (container()?.env ?? []).flatMap(({ name, value = '' }) =>
      name.endsWith('_FILE') ? [basename(value)] : [],
    );
    expect(made.toSorted()).toEqual(read.toSorted());
    expect(pod()?.volumes?.[0]?.secret?.secretName).toBe('mcp-auth');
    expect(command).toContain('kubectl create secret generic mcp-auth ');
  });

  it('gives the process nothing that it does not need', () => {
    expect(pod()).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container()?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});
