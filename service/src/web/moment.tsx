/** A time, to the minute. */
export function Moment({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>;
}
