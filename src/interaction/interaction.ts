import type { McpAccount } from '../host/account-directory.js';
import type { PolicyDecision } from '../host/authorization-policy.js';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import type { OAuthClient } from '../oauth/client.js';
import type { ProtectedResource } from '../oauth/resource.js';
import type { SignInFacts } from '../persistence/interaction.store.js';

/** An authorization request under way, with everything its prompts need to know. */
export interface Interaction {
  /** Whom the host remembers in this browser; empty where it remembers nobody, or no one. */
  readonly signedInAs: string;
  readonly id: string;
  readonly browserHash: string;
  readonly request: AuthorizationRequest;
  readonly client: OAuthClient;
  readonly resource: ProtectedResource;
  readonly createdAt: Date;
  /** Who is signed in; null for nobody. */
  readonly person: ({ account: McpAccount; authenticatedAt: Date; assumed: boolean } & SignInFacts) | null;
  /** Whether they signed in for this very request (`completeSignIn`), whenever it was that they proved who they are. */
  readonly isCompleted: boolean;
  /** What the policy says of it; null while nobody is signed in. */
  readonly decision: PolicyDecision | null;
  /** What may be granted of what is asked for. */
  readonly scopes: readonly string[];
}
