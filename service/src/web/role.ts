/** From the least to the most: an auditor sees what an administrator sees, and changes nothing. */
export const ROLES = ['member', 'auditor', 'administrator'] as const;

export type Role = (typeof ROLES)[number];
