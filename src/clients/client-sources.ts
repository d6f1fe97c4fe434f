import type { Type } from '@nestjs/common';
import { Registry } from '../oauth/registry.js';
import type { ClientSource } from './client-source.js';
import { MetadataDocumentClientSource } from './metadata-document.client-source.js';
import { RegisteredClientSource } from './registered.client-source.js';

/** In the order in which they are asked. */
export const CLIENT_SOURCES: readonly Type<ClientSource>[] = [
  MetadataDocumentClientSource,
  RegisteredClientSource,
];

/** Everywhere that clients come from. */
export class ClientSources extends Registry<ClientSource> {}
