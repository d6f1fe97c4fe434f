import { displayText, Fact, Foreign } from 'nestjs-mcp-auth/service-kit';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { PROVIDERS_PAGE } from './provider-test.page.js';

/** Characters. */
const LONGEST_SAID = 500;

/** What to do, by the status of what went wrong. */
const LOOK_AT: Readonly<Partial<Record<number, string>>> = {
  400: 'A test takes ten minutes at most, in one browser. Press the button again.',
  403: 'Look at whether this person is assigned to the application at the provider, at the redirect URI and the scopes registered there, and at which groups it sends.',
  502: 'Look at the spelling of the issuer to the last slash, at our id and secret there, and at how the provider signs its tokens.',
  503: 'Look at the network of the service, its proxy, and whether the provider is up.',
};

export interface FailedTestPageProps {
  frame: Frame;
  provider: Pick<OidcProviderConfig, 'name' | 'issuer'>;
  /** `said`: for who looks after the provider, in part its own words; empty for nothing. */
  problem: { sentence: string; status: number; said: string };
}

/** A test of a sign-in that did not come as far as to say who somebody is. */
export function failedTestPage({ frame, provider, problem }: FailedTestPageProps): string {
  const { sentence, status, said } = problem;
  return framedPage({
    frame,
    title: `Test of ${displayText(provider.name)}`,
    lead: 'Nobody was signed in, and nothing has changed.',
    back: PROVIDERS_PAGE,
    problem: displayText(sentence, LONGEST_SAID),
    children: (
      <dl>
        <Fact name="What to do">{LOOK_AT[status] ?? 'Look at the log of the service.'}</Fact>
        <Fact name="Issuer">
          <code>{provider.issuer}</code>
        </Fact>
        {said !== '' && (
          <Fact name="In detail">
            <Foreign text={said} longest={LONGEST_SAID} />
          </Fact>
        )}
      </dl>
    ),
  });
}
