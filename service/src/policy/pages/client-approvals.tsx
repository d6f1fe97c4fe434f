import { ClientName, DEVICE_GRANT_TYPE, Fact, Host } from 'nestjs-mcp-auth/service-kit';
import type { ClientApproval } from '../entities/client-approval.entity.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';

export interface ClientApprovalsProps {
  approvals: readonly ClientApproval[];
  mayChange: boolean;
  csrf: string;
}

/** The applications that people want to use, and those that they may. */
export function ClientApprovals({ approvals, mayChange, csrf }: ClientApprovalsProps) {
  return (
    <>
      <h2>Applications</h2>
      {approvals.length === 0 && <p class="soft">Nobody has asked for one yet.</p>}
      {approvals.map(({ clientId, clientName, redirectUri, approvedAt, requestedAt }) => (
        <section class="client" key={clientId} aria-label={clientId}>
          <header>
            <h3>
              <ClientName name={clientName} unnamed="An application without a name" />
            </h3>
            {mayChange && (
              <div class="head">
                {!approvedAt && (
                  <PostButton action="/admin/access/clients/approve" csrf={csrf} fields={{ clientId }}>
                    Approve
                  </PostButton>
                )}
                <PostButton action="/admin/access/clients/refuse" csrf={csrf} fields={{ clientId }}>
                  {approvedAt ? 'Take back' : 'Refuse'}
                </PostButton>
              </div>
            )}
          </header>
          <dl>
            {redirectUri === DEVICE_GRANT_TYPE ? (
              <Fact name="Runs on">a device, by its code</Fact>
            ) : (
              <Fact name="Returns to">
                <Host name={redirectUri} />
              </Fact>
            )}
            <Fact name="Id">
              <code>{clientId}</code>
            </Fact>
            <Fact name={approvedAt ? 'Approved' : 'Asked for'}>
              <Moment at={approvedAt ?? requestedAt} />
            </Fact>
          </dl>
        </section>
      ))}
    </>
  );
}
