import type { User } from '../../people/entities/user.entity.js';
import { ListAddress, type ListFilters } from '../../web/list-address.js';
import type { PageLink } from '../../web/refusal.js';

export const TO_AUDIT: PageLink = { path: '/admin/audit', text: 'Back to the audit' };

/** Those who acted, and whom it was done to, by their id, as far as there are accounts. */
export type AuditPeople = ReadonlyMap<string, Pick<User, 'id' | 'name' | 'email'>>;

/** Everything about the same person, application or request. */
export function related(filters: ListFilters): string {
  return new ListAddress(TO_AUDIT.path, filters).with({});
}
