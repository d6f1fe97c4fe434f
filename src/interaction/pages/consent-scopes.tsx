import { Clock } from './components.js';
import type { ConsentPageProps } from './consent-page-props.js';

/** What the client asks for, in words; each scope can be unticked. */
export function ConsentScopes({ scopes, offlineAccess }: ConsentPageProps) {
  if (scopes.length === 0 && !offlineAccess)
    return <p class="soft">It asks for nothing beyond knowing who you are.</p>;
  return (
    <fieldset>
      <legend>It will be able to</legend>
      <ul class="scopes">
        {scopes.map(({ name, words, granted }) => (
          <li key={name}>
            <label class="scope">
              <input type="checkbox" name="scope" value={name} checked />
              <span>
                {words}
                {words !== name && <code>{name}</code>}
                {granted && <span class="aside">You have allowed this before</span>}
              </span>
            </label>
          </li>
        ))}
        {offlineAccess && (
          <li class="scope">
            <Clock />
            <span>
              Stay connected while you are away
              <span class="aside">Until you disconnect it, or it expires</span>
            </span>
          </li>
        )}
      </ul>
    </fieldset>
  );
}
