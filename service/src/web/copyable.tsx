import { Hidden } from './hidden.js';

export interface CopyableProps {
  /** What the text is, for a screen reader. */
  name: string;
  text: string;
}

/** Characters of a line, about, where a browser cannot size the field by what is in it. */
const LINE = 60;

/**
 * Text to take along. The field takes the whole of it with the keyboard alone; the button is there where `CopyScript` runs.
 * A page that has one ends with a `CopyScript`, and is sent with `COPY_PAGE_HEADERS`.
 */
export function Copyable({ name, text }: CopyableProps) {
  return (
    <div class="copyable">
      <textarea readonly aria-label={name} rows={Math.ceil(text.length / LINE)} spellcheck={false}>
        {text}
      </textarea>
      <button type="button" class="quiet small" hidden>
        Copy
        <Hidden text={name} />
      </button>
      <span class="small soft" role="status" />
    </div>
  );
}
