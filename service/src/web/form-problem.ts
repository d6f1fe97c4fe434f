import { validate } from 'class-validator';

/** PostgreSQL takes neither a NUL nor half a character, and validators trip over the latter. */
const UNUSABLE = /[\0\p{Surrogate}]/u;

/** What is wrong with a form, in the words that its field declares; null when nothing is. */
export async function formProblem(form: object): Promise<string | null> {
  if (Object.values(form).some((text) => typeof text === 'string' && UNUSABLE.test(text)))
    return 'A field holds a character it must not have.';
  const [first] = await validate(form, { stopAtFirstError: true });
  if (!first) return null;
  const [words = 'Something is missing'] = Object.values(first.constraints ?? {});
  return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;
}
