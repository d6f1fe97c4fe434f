/** `compute`, which runs again only for another argument than the one before: for documents made from a list that seldom changes. */
export function memoizeLatest<Input, Result>(compute: (input: Input) => Result): (input: Input) => Result {
  let latest: { input: Input; result: Result } | undefined;
  return (input) => {
    if (latest?.input !== input) latest = { input, result: compute(input) };
    return latest.result;
  };
}
