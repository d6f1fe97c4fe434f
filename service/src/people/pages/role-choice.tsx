import type { Role } from '../../web/roles.js';
import { Choice } from '../../web/choice.js';

const NAMES: readonly { value: Role; text: string }[] = [
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
      options={NAMES}
      chosen={chosen}
      hint="An auditor sees what an administrator sees, and changes nothing."
    />
  );
}

export function roleName(role: Role): string {
  return NAMES.find(({ value }) => value === role)?.text ?? role;
}
