const PASSWORD = 'correct horse battery';
const PEOPLE = [
  ['grace@example.com', 'Grace Hopper', 'auditor'],
  ['linus@example.com', 'Linus', 'member'],
];

/** What people do with their accounts, and administrators with those of all; the administrator is signed in. */
export async function takeAccountPages({ origin }, page, picture) {
  await page.goto(`${origin}/account`);
  await picture('account');
  await page.goto(`${origin}/account/password`);
  await picture('password');
  await page.fill('[name=current]', 'wrong');
  await page.fill('[name=password]', PASSWORD);
  await page.fill('[name=repeated]', PASSWORD);
  await page.click('form[action="/account/password"] button');
  await picture('password-wrong');

  for (const [email, name, role] of PEOPLE) {
    const link = await invite(origin, page, { email, name, role });
    if (role === 'auditor') await picture('invitation-link');
    await accept(page, link, role === 'auditor' ? picture : undefined);
  }
  await invite(origin, page, { email: 'margaret@example.com', name: 'Margaret Hamilton', role: 'member' });
  await page.goto(`${origin}/admin/people`);
  await picture('people');
  await page.goto(`${origin}/admin/people/invitations`);
  await picture('people-invitations');
  await page.goto(`${origin}/admin/people/invitations/new`);
  await picture('people-invite');
  await page.goto(`${origin}/admin/people`);
  await page.click('a:has-text("Ada Lovelace")');
  await picture('person');
  await page.click('a:has-text("Disable")');
  await picture('person-disable-question');
  await page.click('form[action$="/disable"] button');
  await picture('person-disable-oneself');
  await page.click('form[action$="/disable"] button');
  await picture('person-last-administrator');
  await page.goto(`${origin}/admin/people?search=linus`);
  await page.click('tbody a');
  const person = page.url();
  for (const question of ['delete', 'merge', 'sessions/end', 'password-link']) {
    await page.goto(`${person}/${question}`);
    await picture(`person-${question.replace('/', '-')}-question`);
  }
  await page.click('form[action$="/password-link"] button');
  const link = await page.inputValue('.copyable textarea');
  await picture('password-link-made');
  await visit(page, link, picture, 'password-link');
  await page.click('.back a');
  await page.goto(`${person}/disable`);
  await page.click('form[action$="/disable"] button');
  await picture('person-disabled');
  await page.goto(`${origin}/admin/audit`);
  await picture('audit');
  await page.click('tbody th a');
  await picture('audit-event');
  await page.goto(`${origin}/admin/audit?outcome=refused`);
  await picture('audit-search');
}

async function invite(origin, page, { email, name, role }) {
  await page.goto(`${origin}/admin/people/invitations/new`);
  await page.fill('[name=email]', email);
  await page.fill('[name=name]', name);
  await page.selectOption('[name=role]', role);
  await page.click('form[action="/admin/people/invitations/new"] button');
  return page.inputValue('.copyable textarea');
}

/** Takes an invitation up, in another browser. */
async function accept(page, link, picture) {
  const context = await page.context().browser().newContext();
  const other = await context.newPage();
  await other.goto(link);
  if (picture) await picture('invitation', other);
  await other.fill('[name=password]', PASSWORD);
  await other.fill('[name=repeated]', PASSWORD);
  await other.click('form[action="/invitation"] button');
  await context.close();
}

/** Looks at a page in another browser. */
async function visit(page, link, picture, name) {
  const context = await page.context().browser().newContext();
  const other = await context.newPage();
  await other.goto(link);
  await picture(name, other);
  await context.close();
}
