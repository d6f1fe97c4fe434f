import { Clock } from '../../src/index.js';

/** The system's time, moved forward at will: everybody's, the database's included, or that of one computer alone. */
export class TestClock extends Clock {
  private offset = 0;
  private error = 0;

  override now(): number {
    return Date.now() + this.offset + this.error;
  }

  override ofDatabase(time: number): number {
    return time + this.offset;
  }

  advance(seconds: number): void {
    this.offset += seconds * 1000;
  }

  /** Makes this computer's clock wrong by so many seconds; negative when it is behind. */
  skew(seconds: number): void {
    this.error = seconds * 1000;
  }
}
