import type { DirectRequest } from '../mount/direct.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { Parameters } from '../oauth/parameters.js';

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * The parameters of a form body (RFC 6749, appendix B). A body that an outer application has parsed already is taken
 * as it is.
 * @throws InvalidRequestError for another content type, or a body that is no form.
 */
export function formParameters(request: DirectRequest): Parameters {
  if (!FORM.test(request.headers['content-type'] ?? ''))
    throw new InvalidRequestError('The body must be application/x-www-form-urlencoded.');
  requireUtf8(request);
  const body: unknown = request.body;
  if (body === undefined) return new Parameters([]);
  if (Buffer.isBuffer(body)) return Parameters.parse(body.toString('latin1'));
  return new Parameters(parsedEntries(body));
}

/** RFC 6749, appendix B. @throws InvalidRequestError for another character set. */
export function requireUtf8({ headers }: DirectRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new InvalidRequestError('The body must be in UTF-8.');
}

function parsedEntries(body: unknown): [string, string][] {
  if (typeof body !== 'object' || body === null) throw new InvalidRequestError('The body is no form.');
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each): [string, string] => {
      if (typeof each !== 'string') throw new InvalidRequestError(`The parameter ${name} is malformed.`);
      return [name, each];
    });
  });
}
