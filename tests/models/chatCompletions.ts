/**
 * A stand-in for a server of OpenAI's chat completions, shaped as platform.openai.com/docs/api-reference/chat/create tells, and as Grafana's LLM app
 * passes it on. It rewords by writing everything in capitals.
 */
import { jsonOf, onlyMembers, startStandIn, textWithin, type Answer, type StandIn } from '../channels/standIn.ts';

export const MODEL_KEY = 'example-key-of-a-model';
export const MODEL = 'example-model';

export interface ChatCompletions extends StandIn {
  /** What it says next instead of a good answer. */
  readonly says: string[];
}

/** Starts it. */
export async function startChatCompletions(): Promise<ChatCompletions> {
  const says: string[] = [];
  const standIn = await startStandIn({
    serve(request, tools): Answer {
      if (request.headers.authorization !== `Bearer ${MODEL_KEY}`) return { status: 401, body: { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } } };
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return { status: 404, body: { error: { message: `Invalid URL (${request.method} ${request.url})`, type: 'invalid_request_error', param: null, code: null } } };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['model', 'messages', 'temperature', 'max_tokens', 'stream'], 'body', tools);
      if (body.model !== MODEL) return { status: 404, body: { error: { message: 'The model does not exist', type: 'invalid_request_error', param: null, code: 'model_not_found' } } };
      if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1) tools.fault('max_tokens');
      if (typeof body.temperature !== 'number' || body.temperature < 0 || body.temperature > 2) tools.fault('temperature');
      if (body.stream !== false) tools.fault('stream');
      if (!Array.isArray(body.messages) || body.messages.length !== 2) return { status: 400, body: { error: { message: "'messages' is wrong", type: 'invalid_request_error', param: 'messages', code: null } } };
      for (const message of body.messages) {
        onlyMembers(message, ['role', 'content'], 'message', tools);
        textWithin(message.content, 100_000, 'content', tools);
      }
      if (body.messages[0].role !== 'system' || body.messages[1].role !== 'user') tools.fault('roles');
      const { fields } = JSON.parse(body.messages[1].content);
      const content = says.shift() ?? JSON.stringify(Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, String(text).replaceAll(/(\[[^\]]*\])|([^[]+)/g, (part, standInWord) => (standInWord === undefined ? part.toUpperCase() : part))])));
      return {
        status: 200,
        body: {
          id: 'chatcmpl-1', object: 'chat.completion', created: 1_772_359_200, model: MODEL, choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
          usage: { prompt_tokens: 300, completion_tokens: 100, total_tokens: 400 },
        },
      };
    },
    throttle: (seconds) => ({ status: 429, body: { error: { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' } }, headers: { 'Retry-After': String(seconds) } }),
    settings: (url) => ({ config: { url: `${url}/v1` }, secrets: { apiKey: MODEL_KEY }, address: null }),
  });
  return { ...standIn, get usual() { return standIn.usual; }, set usual(wrong) { standIn.usual = wrong; }, says };
}
