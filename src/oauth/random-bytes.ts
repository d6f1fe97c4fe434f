import { randomFillSync } from 'node:crypto';

/** Bytes that are drawn at once: a call of the generator costs ten times what its bytes do. */
const BLOCK = 2_048;

const block = Buffer.alloc(BLOCK);
let used = BLOCK;

/** Random bytes for a secret or an id, `BLOCK` at most. Nothing of what was handed out stays here. */
export function randomBytes(length: number): Buffer {
  if (used + length > BLOCK) {
    randomFillSync(block);
    used = 0;
  }
  const drawn = Buffer.from(block.subarray(used, used + length));
  block.fill(0, used, used + length);
  used += length;
  return drawn;
}
