import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { AccessRuleRow } from '../src/policy/entities/access-rule.entity.js';
import { signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const RULES = '/admin/access/rules';

describe('whom a rule is for', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    await service.addMember('eve@example.com', ['engineering']);
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const rules = () => service.dataSource.getRepository(AccessRuleRow).find();
  const chosen = ({ body }: { body: string }) =>
    [...body.matchAll(/<input[^>]*name="whom"[^>]*>/g)].flatMap(([input]) =>
      / checked/.test(input) ? [/value="(\w+)"/.exec(input)?.[1]] : [],
    );

  it('is asked of a new rule without a default, and stays what a rule says', async () => {
    const fields = { name: 'Tools', server: service.mcpUrl, groups: '' };
    const empty = await ada.get(`${service.issuer}${RULES}/new`);
    expect(chosen(empty)).toEqual([]);
    const forgotten = await ada.send(empty, RULES, fields);
    expect([forgotten.status, await rules()]).toEqual([400, []]);
    expect((await ada.send(empty, RULES, { ...fields, whom: 'everyone' })).status).toBe(303);
    const [rule] = await rules();
    expect(rule).toMatchObject({ groups: null });
    const path = `${RULES}/${rule?.id}`;
    const shown = await ada.get(service.issuer + path);
    expect(chosen(shown)).toEqual(['everyone']);
    const emptied = await ada.send(shown, path, { ...fields, whom: 'groups', version: '1' });
    expect([emptied.status, chosen(emptied)]).toEqual([400, ['groups']]);
    const named = { ...fields, groups: 'engineering', whom: 'groups', version: '1' };
    expect((await ada.send(shown, path, named)).status).toBe(303);
    expect(await rules()).toMatchObject([{ groups: ['engineering'] }]);
    expect(chosen(await ada.get(service.issuer + path))).toEqual(['groups']);
  });
});
