/** How closely status lists are followed. @throws Error with a sentence that says what to change. */
export function describeStatusLists({
  interval = 10,
  maxAge = 300,
}: {
  interval?: number;
  maxAge?: number;
} = {}) {
  if (!(interval >= 1 && interval <= 3_600))
    throw new Error('`statusLists.interval` must be 1 to 3600 seconds.');
  if (!(maxAge >= interval)) throw new Error('`statusLists.maxAge` must not be less than the interval.');
  return { interval, maxAge };
}
