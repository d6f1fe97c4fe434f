import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOT = join(import.meta.dirname, '../..');

/** What takes longest, as the end of `.ci/run` says: none of it may be what everybody waits for in the end. */
const SLOWEST = [
  'service/test/every-page-browser.e2e-spec.ts',
  'service/test/start-process.e2e-spec.ts',
  'service/test/policy-faults.e2e-spec.ts',
  'test/examples.e2e-spec.ts',
  'test/attacks/database-hangs.e2e-spec.ts',
  'service/test/first-start.e2e-spec.ts',
  'test/attacks/database-lost.e2e-spec.ts',
  'service/test/shutdown.e2e-spec.ts',
  'test/protocol/migrations.e2e-spec.ts',
  'service/test/keyboard-browser.e2e-spec.ts',
];

/** Begins with the slowest files; the others come as ever. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    for (const path of SLOWEST)
      if (!existsSync(join(ROOT, path)))
        throw new Error(`test/support/slowest-first.ts names ${path}, which is gone.`);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOWEST.indexOf(relative(ROOT, moduleId));
      return place === -1 ? SLOWEST.length : place;
    };
    const usual = await super.sort.call(this, files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}
