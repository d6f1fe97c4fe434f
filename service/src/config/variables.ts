import { ADMINISTRATOR_VARIABLES } from './administrator-config.js';
import { APPROVAL_WEBHOOK_VARIABLES } from './approval-webhook-config.js';
import { AUDIT_VARIABLES } from './audit-config.js';
import { EXAMPLE_VARIABLES } from './example-config.js';
import { METRICS_VARIABLES } from './metrics-config.js';
import { POLICY_VARIABLES } from './policy-config.js';
import { RATE_LIMIT_VARIABLES } from './rate-limit-config.js';
import { REGISTRATION_VARIABLES } from './registration-config.js';
import { RESOURCE_VARIABLES } from './resource-file.js';
import { SERVER_CHECK_VARIABLES } from './server-check-config.js';
import { SERVER_VARIABLES } from './server-config.js';
import { SETTINGS_VARIABLES } from './settings-config.js';
import { PROVIDER_VARIABLES, SIGN_IN_VARIABLES } from './sign-in-config.js';
import { STORAGE_VARIABLES } from './storage-config.js';
import { TOKEN_VARIABLES } from './token-config.js';
import type { Variable } from './variable.js';

/** Every variable, as the reference shows them: by what they are about. */
export const VARIABLE_GROUPS: readonly { title: string; variables: Readonly<Record<string, Variable>> }[] = [
  { title: 'The server', variables: SERVER_VARIABLES },
  { title: 'What it keeps', variables: STORAGE_VARIABLES },
  {
    title: 'MCP servers',
    variables: { ...RESOURCE_VARIABLES, ...EXAMPLE_VARIABLES, ...SERVER_CHECK_VARIABLES },
  },
  { title: 'Who may do what', variables: { ...POLICY_VARIABLES, ...APPROVAL_WEBHOOK_VARIABLES } },
  { title: 'How people sign in', variables: { ...ADMINISTRATOR_VARIABLES, ...SIGN_IN_VARIABLES } },
  { title: 'An identity provider', variables: PROVIDER_VARIABLES },
  { title: 'The company', variables: SETTINGS_VARIABLES },
  { title: 'Clients', variables: REGISTRATION_VARIABLES },
  { title: 'Tokens and keys', variables: TOKEN_VARIABLES },
  { title: 'Limits', variables: RATE_LIMIT_VARIABLES },
  { title: 'Audit and metrics', variables: { ...AUDIT_VARIABLES, ...METRICS_VARIABLES } },
];

export const VARIABLES: readonly Variable[] = VARIABLE_GROUPS.flatMap(({ variables }) =>
  Object.values(variables),
);
