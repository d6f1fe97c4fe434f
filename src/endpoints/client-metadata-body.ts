import type { DirectRequest } from '../mount/direct.js';
import { InvalidRequestError, RequestTooLargeError } from '../oauth/errors.js';
import { requireUtf8 } from './form-body.js';

/** Bytes. */
const LARGEST_METADATA = 8_192;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The metadata of a client that a request brings.
 * @throws InvalidRequestError for another content type, or a body that is no JSON in UTF-8.
 * @throws RequestTooLargeError
 */
export function clientMetadata(request: DirectRequest): unknown {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new InvalidRequestError('The body must be application/json.');
  requireUtf8(request);
  const body: unknown = request.body;
  const size = Buffer.isBuffer(body) ? body.length : Buffer.byteLength(JSON.stringify(body ?? null));
  if (size > LARGEST_METADATA)
    throw new RequestTooLargeError(`The metadata of a client may have ${LARGEST_METADATA} bytes.`);
  if (!Buffer.isBuffer(body)) return body;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new InvalidRequestError('The body is not JSON in UTF-8.');
  }
}
