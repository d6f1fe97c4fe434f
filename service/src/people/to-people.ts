import type { PageLink } from '../web/refusal.js';

export const TO_PEOPLE: PageLink = { path: '/admin/people', text: 'Back to the people' };
export const TO_INVITATIONS: PageLink = {
  path: '/admin/people/invitations',
  text: 'Back to the open invitations',
};
