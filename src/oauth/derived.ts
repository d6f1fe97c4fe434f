/** A value made from another, and made anew only when that is another object. */
export function derived<Source, Value>(derive: (source: Source) => Value): (source: Source) => Value {
  let known: { source: Source; value: Value } | undefined;
  return (source) => {
    if (known?.source !== source) known = { source, value: derive(source) };
    return known.value;
  };
}
