import { Fact, Foreign } from 'nestjs-mcp-auth/service-kit';
import { SETTING_NAMES, type SettingName } from '../../config/settings.js';
import { SETTINGS_VARIABLES } from '../../config/settings-config.js';
import { ButtonLink } from '../../web/button-link.js';
import { logoPath } from '../../web/company.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { PostButton } from '../../web/post-button.js';
import type { SettingsState } from '../settings-changes.js';
import { formOf, type SettingsForm } from '../settings.dto.js';
import { SETTING_FIELDS, SettingField } from './setting-field.js';

export interface SettingsPageProps {
  frame: Frame;
  state: SettingsState;
  /** As it was filled in. Default: as the settings are. */
  form?: SettingsForm;
  problem?: string;
}

/** What the company sets: shown to those who look, a form for those who may change it. */
export function settingsPage({ frame, state, form, problem }: SettingsPageProps): string {
  const mayChange = frame.role === 'administrator';
  const fixed = SETTING_NAMES.filter((name) => !mayChange || state.pinned.includes(name));
  return framedPage({
    frame,
    title: 'Settings',
    lead: 'What everybody sees of your company on the pages of this service, and how long people stay signed in.',
    problem,
    children: (
      <>
        {fixed.length > 0 && <Facts state={state} names={fixed} />}
        {mayChange && <Form frame={frame} state={state} form={form} wrong={problem !== undefined} />}
        {mayChange && !state.pinned.includes('logo') && <LogoForm frame={frame} state={state} />}
        {mayChange && (
          <section aria-labelledby="sign-out">
            <h2 id="sign-out">Sign everyone out</h2>
            <p class="soft">When something has leaked, or a computer is lost and nobody knows whose.</p>
            <div class="row">
              <ButtonLink to="/admin/settings/sign-out" kind="danger">
                Sign everyone out
              </ButtonLink>
              <ButtonLink to="/admin/settings/sign-out?disconnect=yes" kind="danger">
                Sign everyone out and disconnect all applications
              </ButtonLink>
            </div>
          </section>
        )}
      </>
    ),
  });
}

function Facts({ state, names }: { state: SettingsState; names: readonly SettingName[] }) {
  const values: Readonly<Record<string, string>> = formOf(state.settings);
  return (
    <dl>
      {names.map((name) => (
        <Fact key={name} name={SETTING_FIELDS[name].label}>
          {name === 'logo' ? (
            <LogoPicture state={state} />
          ) : (
            <Foreign text={values[name] || 'None'} longest={Infinity} />
          )}
          {state.pinned.includes(name) && (
            <span class="aside">
              Set by <code>{SETTINGS_VARIABLES[name].name}</code>: it is changed there.
            </span>
          )}
        </Fact>
      ))}
    </dl>
  );
}

/** What belongs together; the logo has a form of its own. */
const GROUPS: readonly { title: string; names: readonly SettingName[] }[] = [
  { title: 'How pages look', names: ['companyName', 'colour'] },
  { title: 'Where people get help', names: ['helpUrl', 'privacyUrl', 'contact'] },
  { title: 'How long people stay signed in', names: ['sessionIdle', 'sessionMaxAge'] },
];

function Form({
  frame,
  state,
  form,
  wrong,
}: Pick<SettingsPageProps, 'frame' | 'state' | 'form'> & { wrong: boolean }) {
  const free = SETTING_NAMES.filter((name) => name !== 'logo' && !state.pinned.includes(name));
  if (free.length === 0) return null;
  return (
    <form method="post" action={href('/admin/settings')}>
      <input type="hidden" name="csrf" value={frame.csrf} />
      <input type="hidden" name="version" value={String(state.version)} />
      {GROUPS.map(({ title, names }) => {
        const shown = names.filter((name) => free.includes(name));
        return (
          shown.length > 0 && (
            <fieldset key={title} class="group">
              <legend>{title}</legend>
              {shown.map((name) => (
                <SettingField key={name} name={name} settings={state.settings} typed={form} wrong={wrong} />
              ))}
            </fieldset>
          )
        );
      })}
      <button type="submit">Save</button>
    </form>
  );
}

function LogoForm({ frame, state }: Pick<SettingsPageProps, 'frame' | 'state'>) {
  const { logo } = state.settings;
  return (
    <section aria-labelledby="logo-title">
      <h2 id="logo-title">Logo</h2>
      {logo && <LogoPicture state={state} />}
      <form method="post" action={href('/admin/settings/logo')} encType="multipart/form-data">
        <input type="hidden" name="csrf" value={frame.csrf} />
        <div class="field">
          <label for="logo">{logo ? 'Another picture' : 'Picture'}</label>
          <input
            id="logo"
            name="logo"
            type="file"
            accept="image/png,image/jpeg,image/webp"
            required
            aria-describedby="logo-hint"
          />
          <p class="hint" id="logo-hint">
            PNG, JPEG or WebP, 100 kB at most. It stands on white, in dark mode too.
          </p>
        </div>
        <button type="submit" class="small">
          Upload
        </button>
      </form>
      {logo && (
        <p>
          <PostButton action="/admin/settings/logo/remove" csrf={frame.csrf} fields={{}} kind="danger">
            Remove the logo
          </PostButton>
        </p>
      )}
    </section>
  );
}

function LogoPicture({ state: { settings } }: Pick<SettingsPageProps, 'state'>) {
  const { logo } = settings;
  if (!logo) return <>None</>;
  return (
    <p>
      <img class="logo" src={href(logoPath(logo))} alt="The logo as it is" />
    </p>
  );
}
