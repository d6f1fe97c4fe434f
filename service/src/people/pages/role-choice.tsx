import type { Role } from '../../web/roles.js';
import { Choice } from '../../web/choice.js';

export const ROLE_NAMES: readonly { value: Role; text: string }[] = [
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
      options={ROLE_NAMES}
      chosen={chosen}
      hint="An auditor sees what an administrator sees, and changes nothing."
    />
  );
}

export function roleName(role: Role): string {
  return ROLE_NAMES.find(({ value }) => value === role)?.text ?? role;
}
