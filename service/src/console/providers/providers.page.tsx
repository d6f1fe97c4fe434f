import { displayText, Fact, Foreign } from 'nestjs-mcp-auth/service-kit';
import { MOST_SIGN_INS } from '../../audit/audit-reader.js';
import type { ProviderReport } from '../../sign-in/providers/provider-reports.js';
import { Empty } from '../../web/empty.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';

/** Of a provider that has more. */
const MOST_KEYS = 5;
/** Characters of a reason. */
const LONGEST_REASON = 300;

export interface ProvidersPageProps {
  frame: Frame;
  providers: readonly ProviderReport[];
}

/** The identity providers, and how they are. */
export function providersPage({ frame, providers }: ProvidersPageProps): string {
  return framedPage({
    frame,
    title: 'Identity providers',
    lead: 'Where people of your company sign in. The configuration of the service names them.',
    actions: providers.length > 0 && (
      <PostButton action="/admin/providers/check" csrf={frame.csrf} fields={{}} kind="main">
        Ask them now
      </PostButton>
    ),
    children:
      providers.length === 0 ? (
        <Empty sentence="There is none: people sign in with a password.">
          <p>
            Set <code>MCP_AUTH_OIDC_ISSUER</code>, or name providers in the policy file.
          </p>
        </Empty>
      ) : (
        providers.map((provider) => <Provider key={provider.id} frame={frame} provider={provider} />)
      ),
  });
}

function Provider({ frame, provider }: { frame: Frame; provider: ProviderReport }) {
  const { id, name, issuer, clientId, redirectUri, domains, groupsClaim, authTime } = provider;
  return (
    <section aria-labelledby={`provider-${id}`}>
      <h2 id={`provider-${id}`}>
        <bdi>{displayText(name)}</bdi>
      </h2>
      <dl>
        <Fact name="Issuer">
          <code>{issuer}</code>
        </Fact>
        <Fact name="State">
          <State {...provider} />
        </Fact>
        <Fact name="Signing keys">
          <Keys {...provider} />
        </Fact>
        <LastSignIns {...provider} />
        <Fact name="Our id there">
          <Foreign text={clientId} longest={Infinity} />
        </Fact>
        <Fact name="Redirect URI">
          <code>{redirectUri}</code>
        </Fact>
        <Fact name="Speaks for">{domains.length === 0 ? 'No domain' : domains.join(', ')}</Fact>
        <Fact name="Groups">
          Of the claim <code>{groupsClaim}</code>
        </Fact>
        <Fact name="Fresh sign-ins">
          {authTime === 'required'
            ? 'It must say when people proved who they are'
            : 'It need not say when that was'}
        </Fact>
      </dl>
      {frame.role === 'administrator' && (
        <PostButton action={`/admin/providers/${id}/test`} csrf={frame.csrf} fields={{}} about={`at ${name}`}>
          Test a sign-in
        </PostButton>
      )}
    </section>
  );
}

function State({ discovery: { readAt, problem } }: ProviderReport) {
  return (
    <>
      {problem !== null && (
        <>
          <span class="tag bad">Not well</span> <Foreign text={problem} longest={LONGEST_REASON} />
        </>
      )}
      {problem === null && readAt && <span class="tag good">Well</span>}
      {problem === null && !readAt && 'Nobody has needed it since this replica started.'}
      {readAt && (
        <span class="aside">
          Its metadata was read <Moment at={readAt} />.
        </span>
      )}
    </>
  );
}

function Keys({ discovery: { keys } }: ProviderReport) {
  if (!keys) return <>Not read yet: the next sign-in reads them, and so does asking now.</>;
  const more = keys.ids.length - MOST_KEYS;
  return (
    <>
      {keys.ids.slice(0, MOST_KEYS).map((id, index) => (
        <>
          {index > 0 && ', '}
          <code key={id}>
            <Foreign text={id} />
          </code>
        </>
      ))}
      {more > 0 && ` and ${more} more`}
      {keys.ids.length === 0 && 'None'}
      <span class="aside">
        Read <Moment at={keys.readAt} />. An id_token of another key makes this replica read them again.
      </span>
    </>
  );
}

function LastSignIns({ lastSignInAt, lastRefusal }: ProviderReport) {
  return (
    <>
      <Fact name="Last sign-in">
        {lastSignInAt ? (
          <Moment at={lastSignInAt} />
        ) : (
          `None among the last ${MOST_SIGN_INS.toLocaleString('en')} sign-ins`
        )}
      </Fact>
      {lastRefusal && (
        <Fact name="Last refused">
          <Moment at={lastRefusal.at} />
          <span class="aside">
            <Foreign text={lastRefusal.reason} longest={LONGEST_REASON} />
          </span>
        </Fact>
      )}
    </>
  );
}
