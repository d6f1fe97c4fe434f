import { DEVICE_GRANT_TYPE, Host } from 'nestjs-mcp-auth/service-kit';

/** Where the answers for an application go: what a person can tell it by. */
export function ReturnsTo({ redirectUri }: { redirectUri: string }) {
  return (
    <span class="aside">
      {redirectUri === DEVICE_GRANT_TYPE ? 'runs on a device, by its code' : <Host name={redirectUri} />}
    </span>
  );
}
