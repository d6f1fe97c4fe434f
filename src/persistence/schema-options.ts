import { connectionOptions, type DataSourceSettings } from './data-source.js';
import { ENTITIES } from './entities/index.js';

/** What a DataSource is made of that knows the whole schema: for tools that compare entities and migrations. */
export function dataSourceOptions(settings: DataSourceSettings) {
  return connectionOptions({ ...settings, entities: [...ENTITIES, ...(settings.entities ?? [])] });
}
