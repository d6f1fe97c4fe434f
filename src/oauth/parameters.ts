import { InvalidRequestError } from './errors.js';
import { isStorable } from './storable-text.js';

/** The query of a request's URL, empty for none; a second `?` belongs to it (RFC 3986 §3.4). */
export function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidRequestError('A parameter is not valid percent-encoded UTF-8.');
  }
}

/**
 * The parameters of an OAuth request (RFC 6749, appendix B). A parameter without a value counts as omitted
 * (§3.1); one that is sent twice is refused when it is read (§3.1), so that an endpoint can answer it its way.
 */
export class Parameters {
  private readonly values = new Map<string, string[]>();

  /** @throws InvalidRequestError for text that is not form-encoded UTF-8. */
  static parse(text: string): Parameters {
    return new Parameters(
      text.split('&').map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))];
      }),
    );
  }

  /** @throws InvalidRequestError for characters that no text may hold. */
  constructor(entries: Iterable<readonly [string, string]>) {
    for (const [name, value] of entries) {
      if (!isStorable(name) || !isStorable(value))
        throw new InvalidRequestError('A parameter holds a NUL character or half a character.');
      if (value === '') continue;
      const known = this.values.get(name);
      if (known) known.push(value);
      else this.values.set(name, [value]);
    }
  }

  /** @throws InvalidRequestError when it was sent more than once. */
  get(name: string): string | undefined {
    const values = this.values.get(name);
    if (values && values.length > 1) throw new InvalidRequestError(`The parameter ${name} is repeated.`);
    return values?.[0];
  }

  /** @throws InvalidRequestError when it is missing or repeated. */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new InvalidRequestError(`The parameter ${name} is missing.`);
    return value;
  }

  getAll(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** The first value, whatever else was sent: only for answers, never for decisions. */
  first(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** @throws InvalidRequestError when any parameter but `except` was sent more than once (RFC 6749 §3.1). */
  refuseRepeated(...except: string[]): void {
    for (const name of this.values.keys()) if (!except.includes(name)) this.get(name);
  }
}
