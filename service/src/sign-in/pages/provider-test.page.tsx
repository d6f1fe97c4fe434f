import type { ComponentChildren } from 'preact';
import { displayText, Fact, Foreign } from 'nestjs-mcp-auth/service-kit';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import type { PageLink } from '../../web/refusal.js';
import { Table } from '../../web/table.js';
import type { Foreseen } from '../providers/admission.js';
import { shownClaims } from '../providers/shown-claims.js';
import type { Claims } from '../providers/upstream-identity.js';

export const PROVIDERS_PAGE: PageLink = { path: '/admin/providers', text: 'Back to the identity providers' };

const MOST_GROUPS = 100;
/** Characters of a claim's name, and of its value. */
const LONGEST_NAME = 80;
const LONGEST_VALUE = 500;

export interface ProviderTestPageProps {
  frame: Frame;
  provider: Pick<OidcProviderConfig, 'name' | 'groupsClaim'>;
  foreseen: Foreseen;
  /** As rules name them. */
  groups: readonly string[];
  provedAt: Date | null;
  claims: Claims;
}

/** What a provider has said of somebody, and what a sign-in would make of it. */
export function providerTestPage({ frame, provider, ...said }: ProviderTestPageProps): string {
  const { foreseen, groups, provedAt, claims } = said;
  return framedPage({
    frame,
    title: `Test of ${displayText(provider.name)}`,
    lead: 'Nobody was signed in, and nothing has changed. This answer is shown once.',
    back: PROVIDERS_PAGE,
    children: (
      <>
        <section aria-labelledby="sign-in">
          <h2 id="sign-in">What a sign-in would do</h2>
          <dl>
            <Outcome {...foreseen} />
            <Fact name="Proved who they are">
              {provedAt ? <Moment at={provedAt} /> : 'The provider does not say when (auth_time)'}
            </Fact>
          </dl>
        </section>
        <section aria-labelledby="groups">
          <h2 id="groups">Groups</h2>
          <Groups groups={groups} claim={provider.groupsClaim} />
        </section>
        <section aria-labelledby="claims">
          <h2 id="claims">Claims of the ID token</h2>
          <p>A sign-in reads the ID token alone, and does not ask for userinfo.</p>
          <ClaimList claims={claims} />
        </section>
      </>
    ),
  });
}

function Outcome(foreseen: Foreseen) {
  if (foreseen.outcome === 'refuses')
    return (
      <Fact name="Sign-in">
        <span class="tag bad">Refused</span> {displayText(foreseen.reason, LONGEST_VALUE)}
      </Fact>
    );
  if (foreseen.outcome === 'makes')
    return (
      <Answer sentence="A new account would be made." role={foreseen.role}>
        <Foreign text={foreseen.email} longest={Infinity} />
      </Answer>
    );
  const { account } = foreseen;
  const adopts = foreseen.outcome === 'adopts' && foreseen.endsOthers;
  const kept = adopts
    ? 'The account with this email would open with this identity alone: everything else that opens it would end.'
    : 'The account with this email would open with this identity, too.';
  return (
    <Answer
      sentence={foreseen.outcome === 'opens' ? 'It would open an account that it has opened before.' : kept}
      role={account.role}
    >
      <a href={href(`/admin/people/${account.id}`)}>
        <Foreign text={account.name} />
      </a>
      <span class="aside">
        <Foreign text={account.email} longest={Infinity} />
      </span>
    </Answer>
  );
}

interface AnswerProps {
  sentence: string;
  role: string;
  /** The account. */
  children: ComponentChildren;
}

function Answer({ sentence, role, children }: AnswerProps) {
  return (
    <>
      <Fact name="Sign-in">
        <span class="tag good">Admitted</span> {sentence}
      </Fact>
      <Fact name="Account">{children}</Fact>
      <Fact name="Role">
        {role}
        <span class="aside">The role is that of the account or its invitation: no group gives one.</span>
      </Fact>
    </>
  );
}

function Groups({ groups, claim }: { groups: readonly string[]; claim: string }) {
  if (groups.length === 0)
    return (
      <p>
        None came in the claim <code>{claim}</code>. Rules for groups would give this person nothing.
      </p>
    );
  const more = groups.length - MOST_GROUPS;
  return (
    <>
      <p>
        {counted(groups.length, 'group')}, as rules name them:
        {groups.slice(0, MOST_GROUPS).map((group, index) => (
          <>
            {index > 0 && ','}{' '}
            <code>
              <Foreign text={group} />
            </code>
          </>
        ))}
      </p>
      {more > 0 && <p>And {counted(more, 'more', 'more')}.</p>}
    </>
  );
}

function ClaimList({ claims }: { claims: Claims }) {
  const { shown, more } = shownClaims(claims);
  return (
    <>
      <Table
        caption="Claims of the ID token"
        columns={[
          {
            title: 'Claim',
            isLong: true,
            cell: ({ name }) => <Foreign text={name} longest={LONGEST_NAME} />,
          },
          {
            title: 'Value',
            isLong: true,
            cell: ({ value }) => <Foreign text={value} longest={LONGEST_VALUE} />,
          },
        ]}
        rows={shown}
        keyOf={({ name }) => name}
      />
      {more > 0 && <p>And {counted(more, 'more claim')}, not shown.</p>}
    </>
  );
}
