import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Identity } from '../entities/identity.entity.js';
import { Moment } from '../../web/moment.js';
import type { Providers } from './ways-to-sign-in.js';
import { href } from '../../web/href.js';

export interface IdentitiesProps {
  identities: readonly Identity[];
  providers: Providers;
  csrf: string;
  /** Where one is taken off the account. Default: nowhere. */
  remove?: { path: string; fields?: Record<string, string> };
  /** Ids of those without which the person cannot sign in. */
  onlyWays: ReadonlySet<string>;
  /** Whether one of these is taken off, too, once that is said. Default false. */
  mayRemoveLast?: boolean;
}

/** Who a person is at identity providers. */
export function Identities(props: IdentitiesProps) {
  const { identities, providers, csrf, remove, onlyWays, mayRemoveLast = false } = props;
  if (identities.length === 0) return null;
  return (
    <section aria-labelledby="identities">
      <h2 id="identities">Identities at providers</h2>
      {identities.map((identity) => {
        const { id, issuer, sub, groups, groupsReadAt } = identity;
        const name = providers.find((one) => one.issuer === issuer)?.name ?? issuer;
        return (
          <section class="client" key={id} aria-label={displayText(name)}>
            <header>
              <h3>{displayText(name)}</h3>
              {remove !== undefined && (mayRemoveLast || !onlyWays.has(id)) && (
                <form method="post" action={href(remove.path)}>
                  <input type="hidden" name="csrf" value={csrf} />
                  <input type="hidden" name="id" value={id} />
                  {Object.entries(remove.fields ?? {}).map(([field, value]) => (
                    <input key={field} type="hidden" name={field} value={value} />
                  ))}
                  {onlyWays.has(id) && (
                    <label>
                      <input type="checkbox" name="last" value="yes" required /> They cannot sign in any more
                      then
                    </label>
                  )}
                  <button type="submit" class="quiet small">
                    Remove
                  </button>
                </form>
              )}
            </header>
            <dl>
              <Fact name="Known there as">
                <code>{displayText(sub, Infinity)}</code>
              </Fact>
              <Fact name="Groups there">
                <bdi>{displayText(groups.join(', '), Infinity) || 'None'}</bdi>
              </Fact>
              {groupsReadAt && (
                <Fact name="Last sign-in there">
                  <Moment at={groupsReadAt} />
                </Fact>
              )}
            </dl>
          </section>
        );
      })}
    </section>
  );
}
