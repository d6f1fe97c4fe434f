import { createHash } from 'node:crypto';

// Clipboards are for pages at https and on the own computer; elsewhere the browser copies what is selected.
const SCRIPT = `
for (const box of document.querySelectorAll('.copyable')) {
  const [field, button, said] = box.children;
  button.hidden = false;
  button.onclick = async () => {
    field.select();
    let copied = true;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      copied = document.execCommand('copy');
    }
    said.textContent = copied ? 'Copied' : 'Press Ctrl+C or ⌘C';
  };
}`.trim();

/** What lets it run, and no other script. */
export const COPY_SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Lets the buttons of `Copyable` copy. */
export function CopyScript() {
  return <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
