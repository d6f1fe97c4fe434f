import type { PageLink } from '../web/refusal.js';

export const TO_PEOPLE: PageLink = { path: '/admin/people', text: 'Back to the people' };
