import type { Type } from '@nestjs/common';
import { Registry } from '../oauth/registry.js';
import { AccessPrompt } from './access.prompt.js';
import { ConsentPrompt } from './consent.prompt.js';
import type { Prompt } from './prompt.js';
import { SignInPrompt } from './sign-in.prompt.js';

/** In the order in which a browser meets them. */
export const PROMPTS: readonly Type<Prompt>[] = [SignInPrompt, AccessPrompt, ConsentPrompt];

/** The steps of the browser's journey through an authorization request. */
export class Prompts extends Registry<Prompt> {}
