import { readConfig, type ServiceConfig } from '../config/service-config.js';
import { lookAtDatabase } from './doctor/database-look.js';
import type { Finding } from './doctor/finding.js';
import { lookAtCertificate, lookAtMetadata } from './doctor/https-look.js';
import { lookAtRedis } from './doctor/redis-look.js';

const SIGNS: Readonly<Record<Finding['state'], string>> = { well: 'ok  ', doubtful: '??  ', wrong: '!!  ' };

export async function lookAtAll(): Promise<void> {
  const config = readConfig(process.env);
  const findings = [
    { state: 'well' as const, subject: 'Configuration', says: 'every variable is understood' },
    ...(await Promise.all(looks(config))).flat(),
  ];
  for (const { state, subject, says } of findings)
    process.stdout.write(`${SIGNS[state]}${subject}: ${says}\n`);
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1;
}

function looks(config: ServiceConfig): Promise<Finding[]>[] {
  const { issuer } = config.address;
  const own = metadataUrl(issuer, 'oauth-authorization-server');
  return [
    lookAtDatabase(config),
    lookAtRedis(config.rateLimit.redis?.url ?? null),
    // The service may not run yet.
    lookAtMetadata('Service', { issuer, url: own, missing: 'doubtful' }),
    lookAtCertificate('Certificate', issuer),
    ...config.signIn.providers.flatMap(({ name, issuer: upstream }) => [
      lookAtMetadata(`Identity provider ${name}`, {
        issuer: upstream,
        url: `${upstream.replace(/\/$/, '')}/.well-known/openid-configuration`,
        missing: 'wrong',
      }),
      lookAtCertificate(`Certificate of ${name}`, upstream),
    ]),
  ];
}

/** Path-inserted (RFC 8414 §3.1). */
function metadataUrl(issuer: string, name: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/${name}${pathname === '/' ? '' : pathname}`;
}
