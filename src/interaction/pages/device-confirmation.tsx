import { Warning } from './components.js';
import type { DeviceProps } from './interaction-page-props.js';

/** RFC 8628 §5.4: whoever sends a link with a code gets what it gives. The person says that it is their own device. */
export function DeviceConfirmation({ userCode }: DeviceProps) {
  return (
    <>
      <Warning>
        <p>
          <strong>Did somebody send you this code or link?</strong> Then deny: they would get into your
          account. Nobody who helps you needs it.
        </p>
      </Warning>
      <div class="scopes">
        <label class="scope">
          <input type="checkbox" name="device" value="mine" />
          <span>
            The device that shows <strong class="user-code">{userCode}</strong> is in front of me, and I have
            just started this there
          </span>
        </label>
      </div>
    </>
  );
}
