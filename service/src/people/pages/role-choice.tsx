import type { Role } from '../entities/user.entity.js';
import { Choice } from '../../policy/pages/choice.js';

export const ROLES: readonly { value: Role; text: string }[] = [
  { value: 'member', text: 'Member' },
  { value: 'auditor', text: 'Auditor' },
  { value: 'administrator', text: 'Administrator' },
];

/** What somebody may do with the service itself. */
export function RoleChoice({ chosen }: { chosen?: string }) {
  return (
    <Choice
      label="Role"
      name="role"
      options={ROLES}
      chosen={chosen}
      hint="An auditor sees what an administrator sees, and changes nothing."
    />
  );
}

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.text ?? role;
}
