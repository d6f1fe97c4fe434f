import type { ClientSource, ClientSourceContext } from './client-source.js';
import { MetadataDocumentClientSource } from './metadata-document.client-source.js';
import { RegisteredClientSource } from './registered.client-source.js';

/** In the order in which they are asked. */
export const CLIENT_SOURCES: readonly (new (context: ClientSourceContext) => ClientSource)[] = [
  MetadataDocumentClientSource,
  RegisteredClientSource,
];
