import { describe, expect, it } from 'vitest';
import { checkTypeOrm } from './supported-typeorm.js';

describe('the version of TypeORM', () => {
  it.each(['0.2.45', '0.3.0', '0.3.24', '0.3.24-rc.1'])('%s is refused in one sentence', (version) => {
    expect(() => checkTypeOrm(version)).toThrow(
      new RegExp(`^TypeORM ${version.replaceAll('.', '\\.')} is older than 0\\.3\\.25,.*npm install typeorm`),
    );
  });

  it.each(['0.3.25', '0.3.31', '0.4.0', '1.0.0', '1.1.1', '10.0.0', 'workspace'])(
    '%s is taken',
    (version) => {
      expect(() => checkTypeOrm(version)).not.toThrow();
    },
  );

  it('is read from where it is installed', () => {
    expect(() => checkTypeOrm()).not.toThrow();
  });
});
