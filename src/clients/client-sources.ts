import type { ClientStore } from '../persistence/client.store.js';
import type { ClientSource } from './client-source.js';
import { RegisteredClientSource } from './registered.client-source.js';

/** In the order in which they are asked. */
export const CLIENT_SOURCES: readonly (new (store: ClientStore) => ClientSource)[] = [RegisteredClientSource];
