import { DataSource, type DataSourceOptions } from 'typeorm';
import type { EmbeddedDatabase } from './embedded-database.js';

/** A DataSource that ends what reads it in the background before itself, and closes the embedded database after. */
export class OwnedDataSource extends DataSource {
  private readonly readers: (() => Promise<void>)[] = [];

  constructor(
    options: DataSourceOptions,
    private readonly embedded: EmbeddedDatabase | null,
  ) {
    super(options);
  }

  beforeDestroy(end: () => Promise<void>): void {
    this.readers.push(end);
  }

  override async destroy(): Promise<void> {
    // One that fails leaves nothing open.
    await Promise.allSettled(this.readers.map(async (end) => end()));
    await super.destroy();
    await this.embedded?.close();
  }
}
