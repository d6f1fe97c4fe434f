/** Problems that are named; more are counted. */
const MOST_NAMED = 20;

/** What is wrong, one sentence each. */
export class Problems {
  private readonly named: string[] = [];
  private count = 0;

  add(sentence: string): void {
    this.count += 1;
    if (this.named.length < MOST_NAMED) this.named.push(sentence);
  }

  sentences(): string[] {
    const more = this.count - this.named.length;
    return more === 0 ? this.named : [...this.named, `There are ${more} more.`];
  }
}
