/** The time, injected so that tests can move it. */
export class Clock {
  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now();
  }

  /**
   * What a time of the database's is for this clock, which must not differ from it by more than 30 s. A clock that is
   * moved in tests moves the database's time as well.
   */
  ofDatabase(time: number): number {
    return time;
  }
}
