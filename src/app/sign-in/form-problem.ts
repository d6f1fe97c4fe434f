import { validate } from 'class-validator';

/** What is wrong with a form, in one sentence; null when nothing is. */
export async function formProblem(form: object): Promise<string | null> {
  const [first] = await validate(form);
  if (first) {
    const [sentence = `${first.property} is wrong`] = Object.values(first.constraints ?? {});
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
  }
  return Object.values(form).some((text) => typeof text === 'string' && text.includes('\0'))
    ? 'A field holds a character it must not have.'
    : null;
}
