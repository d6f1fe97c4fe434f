import type { z } from 'zod';
import type { Author } from '../../web/author.js';
import type { ToolName } from './tool-scopes.js';

/** What an administrator's assistant may do: the same as a page does, under the same rules. */
export interface AdminTool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: ToolName;
  readonly description: string;
  /** `destructive`: something ends, or another takes its place. */
  readonly kind: 'reads' | 'changes' | 'destructive';
  /** Whether hosts of strangers are asked for it: what they answer is theirs. Default false. */
  readonly asksStrangers?: boolean;
  readonly input: Input;
  run(input: z.infer<Input>, author: Author): Promise<object>;
}

/** Keeps the types of one tool together. */
export function adminTool<Input extends z.ZodObject>(tool: AdminTool<Input>): AdminTool {
  return tool;
}
