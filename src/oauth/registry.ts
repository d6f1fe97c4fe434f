/** Strategies that are told apart by name, in the order in which they are asked. */
export abstract class Registry<Entry extends { readonly name: string }> {
  /** @throws Error when two have one name. */
  constructor(readonly all: readonly Entry[]) {
    const { names } = this;
    const repeated = names.find((name, place) => names.indexOf(name) < place);
    if (repeated !== undefined) throw new Error(`${this.constructor.name} has "${repeated}" twice.`);
  }

  get names(): string[] {
    return this.all.map(({ name }) => name);
  }
}
