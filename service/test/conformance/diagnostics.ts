import { completable, inputRequired, type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (value: string) => ({ type: 'text' as const, text: value });
const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
const audio = { type: 'audio' as const, data: SILENCE, mimeType: 'audio/wav' };
const embedded = {
  type: 'resource' as const,
  resource: { uri: 'test://embedded', mimeType: 'text/plain', text: 'An embedded resource.' },
};

/** What the official suite calls: tools, resources and prompts by names of its own. */
export function addDiagnostics(server: McpServer): void {
  const contents = {
    test_simple_text: [text('A simple text.')],
    test_image_content: [image],
    test_audio_content: [audio],
    test_embedded_resource: [embedded],
    test_multiple_content_types: [text('Several.'), image, embedded],
  };
  for (const [name, content] of Object.entries(contents))
    server.registerTool(name, { description: name }, () => ({ content }));

  server.registerTool('test_error_handling', { description: 'Fails' }, () => {
    throw new Error('It fails, as it should.');
  });
  // The SDK refuses what a client cannot do.
  server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
    inputRequired({
      inputRequests: {
        sampled: inputRequired.createMessage({
          messages: [{ role: 'user', content: text('Say something.') }],
          maxTokens: 10,
        }),
      },
    }),
  );
  for (const name of ['test_tool_with_progress', 'test_streaming_elicitation'])
    server.registerTool(name, { description: 'Streams' }, async ({ mcpReq: { notify, _meta: meta } }) => {
      const { progressToken } = meta ?? {};
      if (progressToken !== undefined)
        for (const progress of [0, 50, 100])
          await notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      return { content: [text('It is done.')] };
    });
  server.registerTool('test_logging_tool', { description: 'Logs' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'It logs.');
    return { content: [text('It has logged.')] };
  });

  server.registerResource('static-text', 'test://static-text', { mimeType: 'text/plain' }, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'A text.' }],
  }));
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: PIXEL }],
  }));
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { mimeType: 'application/json' },
    ({ href }, { id }) => ({
      contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
    }),
  );

  const message = (content: ReturnType<typeof text> | typeof image | typeof embedded) => ({
    role: 'user' as const,
    content,
  });
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, () => ({
    messages: [message(text('A prompt.'))],
  }));
  const argument = completable(z.string(), (value) => [value]);
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'With arguments', argsSchema: z.object({ arg1: argument, arg2: z.string() }) },
    ({ arg1, arg2 }) => ({ messages: [message(text(`${arg1} and ${arg2}`))] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource', argsSchema: z.object({ resourceUri: z.string() }) },
    () => ({ messages: [message(embedded)] }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image' }, () => ({
    messages: [message(image)],
  }));
}
