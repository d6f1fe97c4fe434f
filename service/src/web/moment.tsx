/** A time, to the minute. */
export function Moment({ at }: { at: Date }) {
  return <Time text={at.toISOString().slice(0, 16)} />;
}

/** A time, to the second. */
export function Second({ at }: { at: Date }) {
  return <Time text={at.toISOString().slice(0, 19)} />;
}

/** The same below a heading that says UTC; the style sheet says it on a phone, which shows no heading. */
export function SecondOfList({ at }: { at: Date }) {
  return <time>{at.toISOString().slice(0, 19).replace('T', ' ')}</time>;
}

/** A day, where nobody knows better. */
export function Day({ at }: { at: Date }) {
  return <time>{at.toISOString().slice(0, 10)}</time>;
}

function Time({ text }: { text: string }) {
  return <time datetime={`${text}Z`}>{text.replace('T', ' ')} UTC</time>;
}
