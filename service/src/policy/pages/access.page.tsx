import type { ComponentChildren } from 'preact';
import { type ProtectedResource } from 'nestjs-mcp-auth';
import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { DryRunAnswer, DryRunQuestion } from '../dry-run.js';
import type { RuleDto } from '../rule.dto.js';
import type { ClientApproval } from '../entities/client-approval.entity.js';
import type { Frame } from '../../web/frame.js';
import type { AccessRule } from '../../config/policy.js';
import { AddRule } from './add-rule.js';
import { ClientApprovals } from './client-approvals.js';
import { PostButton } from '../../web/post-button.js';
import { framedPage } from '../../web/framed.page.js';
import { TryAccess } from './try-access.js';

export interface AccessPageProps {
  frame: Frame;
  /** Those with an id can be removed. */
  rules: readonly { rule: AccessRule; id: string | null }[];
  /** Whether an administrator agrees to each client. */
  needsApproval: boolean;
  /** The rules are in a file, and cannot be changed here. */
  isFile: boolean;
  approvals: readonly ClientApproval[];
  resources: readonly ProtectedResource[];
  question?: DryRunQuestion;
  answers?: readonly DryRunAnswer[];
  /** What is wrong with a rule that was sent. */
  problem?: string;
  form?: RuleDto;
  /** Groups of that rule that nobody is in. */
  unseen?: readonly string[];
}

export function accessPage(props: AccessPageProps): string {
  const { frame, rules, isFile, approvals, problem } = props;
  const { csrf, role } = frame;
  const mayChange = role === 'administrator';
  return framedPage({
    frame,
    title: 'Access',
    lead: `Nobody has access beyond what a rule allows.${isFile ? ' The rules are in a file, and cannot be changed here.' : ''}`,
    problem,
    isQuestion: props.unseen !== undefined,
    children: (
      <>
        {rules.map(({ rule, id }, index) => (
          <Rule key={index} rule={rule}>
            {mayChange && id !== null && (
              <PostButton action="/admin/access/rules/remove" csrf={csrf} fields={{ id }}>
                Remove
              </PostButton>
            )}
          </Rule>
        ))}
        {mayChange && !isFile && <AddRule {...props} csrf={csrf} />}
        {props.needsApproval && <ClientApprovals approvals={approvals} mayChange={mayChange} csrf={csrf} />}
        <TryAccess {...props} />
      </>
    ),
  });
}

function Rule({ rule, children }: { rule: AccessRule; children: ComponentChildren }) {
  const { name, groups, resource, scopes, clients } = rule;
  return (
    <section class="client" aria-label={displayText(name)}>
      <header>
        <h3>{displayText(name)}</h3>
        {children}
      </header>
      <dl>
        <Fact name="Who">
          {groups === 'everyone'
            ? 'Everyone'
            : groups.map((group) => (
                <>
                  <bdi>{displayText(group, Infinity)}</bdi>
                  <br />
                </>
              ))}
        </Fact>
        <Fact name="Server">
          <code>{resource}</code>
        </Fact>
        <Fact name="May">{scopes === 'all' ? 'Everything' : <code>{scopes.join(' ')}</code>}</Fact>
        <Fact name="With">{clients === 'any' ? 'Any application' : <code>{clients.join(' ')}</code>}</Fact>
      </dl>
    </section>
  );
}
