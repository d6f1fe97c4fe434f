import { displayText } from 'nestjs-mcp-auth/service-kit';

/** Says to a screen reader what a button is about whose text others have too. */
export function Hidden({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return <span class="hidden"> {displayText(text)}</span>;
}
