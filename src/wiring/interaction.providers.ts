import type { Provider } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { AccessPrompt } from '../interaction/access.prompt.js';
import { AuthorizationFlow } from '../interaction/authorization-flow.js';
import { BrowserBinding } from '../interaction/browser-binding.js';
import { ConsentPrompt } from '../interaction/consent.prompt.js';
import { GrantApproval } from '../interaction/grant-approval.js';
import { InteractionForm } from '../interaction/interaction-form.js';
import { McpInteractions } from '../interaction/mcp-interactions.js';
import { RefusedAuthorization } from '../interaction/refused-authorization.js';
import { SignInPrompt } from '../interaction/sign-in.prompt.js';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { ConsentStore } from '../persistence/consent.store.js';
import { GrantStore } from '../persistence/grant.store.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { Secrets } from '../tokens/secrets.js';
import { provide } from './provide.js';

export const INTERACTION_PROVIDERS: Provider[] = [
  provide(
    BrowserBinding,
    [McpAuthSettings],
    ({ secure, lifetimes }) => new BrowserBinding(secure, lifetimes.interaction),
  ),
  provide(
    SignInPrompt,
    [McpAuthSettings, Clock],
    ({ loginPage }, clock) => new SignInPrompt(loginPage, clock),
  ),
  provide(
    InteractionForm,
    [Secrets, SignInPrompt, McpAuthSettings],
    (secrets, signIn, { basePath }) => new InteractionForm(secrets, signIn, `${basePath}/interaction`),
  ),
  provide(AccessPrompt, [InteractionForm], (form) => new AccessPrompt(form)),
  provide(
    ConsentPrompt,
    [ConsentStore, InteractionForm],
    (consents, form) => new ConsentPrompt(consents, form),
  ),
  provide(
    GrantApproval,
    [GrantStore, McpAuthSettings, Clock, IdTokenIssuer, AuditLog],
    (grants, { lifetimes }, clock, idTokens, audit) =>
      new GrantApproval(grants, lifetimes, clock, idTokens, audit),
  ),
  provide(
    AuthorizationFlow,
    [
      McpAuthSettings,
      SignInPrompt,
      AccessPrompt,
      ConsentPrompt,
      InteractionStore,
      BrowserBinding,
      GrantApproval,
      AccountDirectory,
      HostPolicy,
      ClientRegistry,
      ProtectedResources,
      Clock,
    ],
    ({ issuer, lifetimes }, signIn, access, consent, ...services) =>
      new AuthorizationFlow(issuer, [signIn, access, consent], lifetimes.interaction, ...services),
  ),
  provide(
    RefusedAuthorization,
    [McpAuthSettings, AccountDirectory, HostPolicy],
    ({ issuer }, accounts, policy) => new RefusedAuthorization(issuer, accounts, policy),
  ),
  provide(
    McpInteractions,
    [McpAuthSettings, InteractionStore, BrowserBinding, ClientRegistry, ProtectedResources, Clock],
    ({ issuer }, store, browser, clients, resources, clock) =>
      new McpInteractions(issuer, store, browser, clients, resources, clock),
  ),
];
