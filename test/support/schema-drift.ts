import { DataSource, type EntityMetadata } from 'typeorm';
import { ENTITIES } from '../../src/persistence/entities/index.js';

interface Described {
  entityMetadatas: EntityMetadata[];
  buildMetadatas(): Promise<void>;
}

/**
 * Statements that would make the schema what the entities say, those of the library too, which a service does without. On
 * the service's own connection: the embedded database has no other.
 */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const { options } = dataSource;
  const entities = [...ENTITIES, ...(options.entities as Function[])];
  const whole = new DataSource({ ...options, entities }) as unknown as Described;
  await whole.buildMetadatas();
  const own = dataSource as unknown as Described;
  const { entityMetadatas } = own;
  own.entityMetadatas = whole.entityMetadatas;
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    own.entityMetadatas = entityMetadatas;
  }
}
