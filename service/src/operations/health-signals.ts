import { Injectable } from '@nestjs/common';

/**
 * What may be ill while the service still answers well: features say so here, and the health page shows it. It takes no
 * replica out of service, since every other one would be as ill.
 */
@Injectable()
export class HealthSignals {
  private readonly signals = new Map<string, () => boolean>();

  watch(name: string, isWell: () => boolean): void {
    this.signals.set(name, isWell);
  }

  /** By name, whether each is well. */
  read(): ReadonlyMap<string, boolean> {
    return new Map([...this.signals].map(([name, isWell]) => [name, isWell()]));
  }
}
