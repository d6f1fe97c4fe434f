/** A time, to the minute. */
export function Moment({ at }: { at: Date }) {
  return <Time text={at.toISOString().slice(0, 16)} />;
}

/** A time, to the second. `zone` is false below a heading that says UTC; a phone shows no heading. */
export function Second({ at, zone }: { at: Date; zone?: boolean }) {
  return <Time text={at.toISOString().slice(0, 19)} zone={zone} />;
}

/** A day, where nobody knows better. */
export function Day({ at }: { at: Date }) {
  return <time>{at.toISOString().slice(0, 10)}</time>;
}

function Time({ text, zone = true }: { text: string; zone?: boolean }) {
  const shown = text.replace('T', ' ');
  return (
    <time datetime={`${text}Z`}>
      {shown}
      {zone ? ' UTC' : <span class="stacked"> UTC</span>}
    </time>
  );
}
