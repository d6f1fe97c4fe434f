import type { PageLink } from '../web/refusal.js';

export const TO_APPLICATIONS: PageLink = {
  path: '/admin/access/applications',
  text: 'Back to the approvals',
};
