import { Injectable } from '@nestjs/common';

/** What features know of their own health: they say so here, and the health pages show it. */
@Injectable()
export class HealthSignals {
  private readonly signals = new Map<string, () => boolean>();
  private readonly needs = new Map<string, () => Promise<boolean>>();

  /** What may be ill while the service still answers well: it takes no replica out of service, since all are as ill. */
  watch(name: string, isWell: () => boolean): void {
    this.signals.set(name, isWell);
  }

  /** What must be there before the service is of use to anybody. It is asked until it is there, and stays so. */
  need(name: string, isThere: () => Promise<boolean>): void {
    let known = false;
    this.needs.set(name, async () => (known ||= await isThere()));
  }

  /** By name, whether each is well. */
  read(): ReadonlyMap<string, boolean> {
    return new Map([...this.signals].map(([name, isWell]) => [name, isWell()]));
  }

  /** By name, how to ask whether each is there. */
  get needed(): ReadonlyMap<string, () => Promise<boolean>> {
    return this.needs;
  }
}
