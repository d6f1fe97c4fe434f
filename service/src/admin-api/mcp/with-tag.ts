import { entityTag } from '../entity-tag.js';

/** What a tool answers of something that can be changed: with the tag that the change wants. */
export function withTag<Body extends object>(
  body: Body,
  of: object | null = body,
): Body & { etag: string | null } {
  return Object.assign({}, body, { etag: of && entityTag(of) });
}
