import { displayText } from 'nestjs-mcp-auth/service-kit';

/** Alphabets whose letters look like those of others. */
const ALIKE = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];

/**
 * A whole address. One that mixes alphabets may be meant to look like another's, and may be somebody's own all the same: it is
 * shown, and not refused (UTS #39 §5.1).
 */
export function EmailText({ email }: { email: string }) {
  const isMixed = email.split('@').some((part) => ALIKE.filter((script) => script.test(part)).length > 1);
  return (
    <>
      <bdi>{displayText(email, Infinity)}</bdi>
      {isMixed && (
        <>
          {' '}
          <span class="tag bad">Letters of several alphabets</span>
        </>
      )}
    </>
  );
}
