/** Fetches the text of a procedure for the import, through the guarded client. */
import { inputError } from '../../../platform/errors.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';

const MAX_CHARACTERS = 512 * 1024;

function refuse(message: string): never {
  throw inputError(message, [{ field: 'body.url', message }]);
}

/** Makes the port. `callOut` has to keep to the allow-list of the installation. */
export function createFetchText(callOut: OutboundClient['call']): (url: string) => Promise<string> {
  return async (url) => {
    try {
      const { status, headers, body } = await callOut({ url, method: 'GET', headers: { Accept: 'text/markdown, text/plain;q=0.9' } });
      if (status >= 300) return refuse(`the address answered ${status}`);
      if (/html/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html)/i.test(body)) return refuse('the address leads to a page of HTML: give the address of the Markdown text itself');
      if (body.trim() === '') return refuse('there is no text at the address');
      return body.length > MAX_CHARACTERS ? refuse(`the text is longer than ${MAX_CHARACTERS / 1024} KiB`) : body;
    } catch (error) {
      if (error instanceof OutboundError) return refuse(error.message);
      throw error;
    }
  };
}
