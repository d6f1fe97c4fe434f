/** Makes the MAC of a text, and knows it again. */
export interface NonceSeal {
  authenticate(message: string): string;
  verify(message: string, mac: string): boolean;
}

/** Milliseconds a nonce is good for. */
const LIFETIME = 300_000;
/** Milliseconds by which the replica that made it may be ahead. */
const TOLERANCE = 30_000;

/** Nonces that nobody stores (RFC 9449 §8): each is the time it was made, sealed, and good wherever the seal is known. */
export class DpopNonces {
  constructor(private readonly seal: NonceSeal) {}

  /** @param now milliseconds since the epoch. */
  make(now: number): string {
    const time = now.toString(36);
    return `${time}.${this.seal.authenticate(time)}`;
  }

  isCurrent(nonce: unknown, now: number): boolean {
    if (typeof nonce !== 'string') return false;
    const [time = '', mac = '', ...rest] = nonce.split('.');
    if (rest.length > 0 || !/^[0-9a-z]{1,11}$/.test(time) || !this.seal.verify(time, mac)) return false;
    const age = now - Number.parseInt(time, 36);
    return age <= LIFETIME && age >= -TOLERANCE;
  }
}
