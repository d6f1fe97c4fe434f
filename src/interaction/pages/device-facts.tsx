import { Fact, Foreign } from './components.js';
import type { DeviceProps } from './interaction-page-props.js';

/** Characters of what a device says of itself. */
const LONGEST_USER_AGENT = 120;

/** Which device asks, from where and since when: what tells a person that it is not theirs (RFC 8628 §5.4). */
export function DeviceFacts({ userCode, address, userAgent, requestedAt }: DeviceProps) {
  return (
    <>
      <Fact name="Device code">
        <strong class="user-code">{userCode}</strong>
      </Fact>
      <Fact name="Asked at">
        <time dateTime={requestedAt.toISOString()}>{inWords(requestedAt)}</time>
      </Fact>
      <Fact name="Asked from">
        {address === null ? 'an unknown address' : <Foreign text={address} />}
        <span class="aside">
          {userAgent === null ? (
            'It does not say what it is.'
          ) : (
            <>
              It calls itself <Foreign text={userAgent} longest={LONGEST_USER_AGENT} />
            </>
          )}
        </span>
      </Fact>
    </>
  );
}

/** `2026-11-26 09:21:07 UTC`. */
function inWords(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
