import { Foreign } from 'nestjs-mcp-auth/service-kit';
import { counted } from '../../web/counted.js';
import type { Finding } from '../server-findings.js';

/** What a check has found, in the order in which a client sees it. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const wrong = findings.filter(({ isRight }) => !isRight).length;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">What a client will see</h2>
      <p role="status">
        {wrong === 0
          ? 'All is well: a client finds its way here and back.'
          : `${counted(wrong, 'thing')} ${wrong === 1 ? 'keeps' : 'keep'} clients from getting in.`}
      </p>
      <ul>
        {findings.map(({ isRight, sentence }) => (
          <li key={sentence}>
            <span class={isRight ? 'tag plain' : 'tag'}>{isRight ? 'Right' : 'Wrong'}</span>{' '}
            <Foreign text={sentence} longest={3_000} />
          </li>
        ))}
      </ul>
    </section>
  );
}
