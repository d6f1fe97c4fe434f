import { configuredJwks } from '../oauth/json-web-keys.js';
import { isStorable } from '../oauth/storable-text.js';
import type { TrustedIssuer, WorkloadRule } from '../oauth/trusted-issuer.js';
import type { TrustedIssuerOptions, WorkloadOptions } from './trusted-issuer-options.js';

/** Issuers that options trust. @param own the issuer of this server. @throws Error with a sentence that says what to change. */
export function describeTrustedIssuers(
  issuers: readonly TrustedIssuerOptions[],
  own: string,
): TrustedIssuer[] {
  const described = issuers.map((options): TrustedIssuer => {
    const { issuer, jwksUri = null, jwks, reusable = false } = options;
    if (!isHttpUrl(issuer) || /[?#]/.test(issuer))
      throw new Error(`The trusted issuer "${issuer}" must be an https URL without a query or a fragment.`);
    const complain = (sentence: string) => new Error(`The trusted issuer ${issuer} ${sentence}.`);
    // Its tokens are for others, and none of them is an assertion for itself.
    if (issuer === own) throw complain('is this server itself: take it out');
    if (jwks && jwksUri !== null) throw complain('must have one of `jwks` and `jwksUri`');
    if (jwksUri !== null && !isHttpUrl(jwksUri)) throw complain('must have an https URL as `jwksUri`');
    return { issuer, jwksUri, reusable, jwks: jwks ? configuredJwks(jwks, complain) : null };
  });
  const names = described.map(({ issuer }) => issuer);
  const repeated = names.find((name, place) => names.indexOf(name) < place);
  if (repeated !== undefined) throw new Error(`The trusted issuer ${repeated} stands there twice.`);
  return described;
}

/** Workloads that options let in. @throws Error with a sentence that says what to change. */
export function describeWorkloads(
  workloads: readonly WorkloadOptions[],
  issuers: readonly TrustedIssuer[],
): WorkloadRule[] {
  return workloads.map(({ issuer, subject = null, claims = {}, serviceAccount }) => {
    const complain = (sentence: string) =>
      new Error(`The workload of ${serviceAccount} at ${issuer} ${sentence}.`);
    if (!issuers.some((trusted) => trusted.issuer === issuer))
      throw complain('is of an issuer that `trustedIssuers` does not name');
    if (subject === null && Object.keys(claims).length === 0)
      throw complain('could be any: give its exact `subject`, or exact `claims`');
    if (subject !== null && (typeof subject !== 'string' || subject === '' || !isStorable(subject)))
      throw complain('must have text as `subject`');
    for (const [claim, value] of Object.entries(claims))
      if (!['string', 'number', 'boolean'].includes(typeof value))
        throw complain(`must have a text, a number or a truth value as \`claims.${claim}\``);
    if (typeof serviceAccount !== 'string' || serviceAccount === '')
      throw complain('must name its `serviceAccount`');
    return { issuer, subject, claims, serviceAccount };
  });
}

function isHttpUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
