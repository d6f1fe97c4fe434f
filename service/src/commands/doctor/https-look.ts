import { connect } from 'node:tls';
import { type Finding, look, reason } from './finding.js';

const PATIENCE = 5_000;
/** Days before its end at which a certificate is spoken of. */
const DAYS_LEFT = 14;
const DAY = 86_400_000;

/** The certificate of an https address, as this computer sees it; nothing for http. */
export async function lookAtCertificate(subject: string, address: string): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== 'https:') return [];
  return look(subject, async () => {
    const validTo = await certificateEnd(hostname, Number(port) || 443);
    const days = Math.floor((validTo.getTime() - Date.now()) / DAY);
    const until = `of ${hostname} is good until ${validTo.toISOString().slice(0, 10)}`;
    return [
      days > DAYS_LEFT
        ? { state: 'well', subject, says: until }
        : { state: 'doubtful', subject, says: `${until}, for ${days} days: renew it` },
    ];
  });
}

/** @throws Error for one that cannot be trusted. */
function certificateEnd(hostname: string, port: number): Promise<Date> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, timeout: PATIENCE }, () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.end();
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`${host}:${port} does not answer.`)));
  });
}

/** The metadata of an issuer, which must name that issuer byte for byte (RFC 8414 §3.3, OpenID Connect Discovery §4.3). */
export function lookAtMetadata(
  subject: string,
  { issuer, url, missing }: { issuer: string; url: string; missing: Finding['state'] },
): Promise<Finding[]> {
  return look(subject, async () => {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }).catch(
      (error: unknown) => error,
    );
    if (!(response instanceof Response))
      return [{ state: missing, subject, says: `${url} does not answer: ${reason(response)}` }];
    if (response.status !== 200)
      return [{ state: missing, subject, says: `${url} answers with ${response.status}` }];
    const { issuer: named } = (await response.json()) as { issuer?: unknown };
    return named === issuer
      ? [{ state: 'well', subject, says: `${issuer} is in reach` }]
      : [
          {
            state: 'wrong',
            subject,
            says: `${url} names the issuer ${String(named)}: configure exactly that`,
          },
        ];
  });
}
