/** A time, to the minute. */
export function Moment({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>;
}

/** A time, to the second. */
export function Second({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>;
}

/** A day, where nobody knows better. */
export function Day({ at }: { at: Date }) {
  const day = at.toISOString().slice(0, 10);
  return <time datetime={day}>{day}</time>;
}
