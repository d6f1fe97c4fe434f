/** A time, to the minute. */
export function Moment({ at }: { at: Date }) {
  return <Time text={at.toISOString().slice(0, 16)} />;
}

/** A time, to the second. */
export function Second({ at }: { at: Date }) {
  return <Time text={at.toISOString().slice(0, 19)} />;
}

/** A day, where nobody knows better. */
export function Day({ at }: { at: Date }) {
  return <time>{at.toISOString().slice(0, 10)}</time>;
}

function Time({ text }: { text: string }) {
  return <time datetime={`${text}Z`}>{text.replace('T', ' ')} UTC</time>;
}
