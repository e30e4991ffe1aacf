import type { Page } from '@playwright/test';

/**
 * Notes what a visitor would not see but a developer must: errors in the console, uncaught exceptions, files that are
 * not there. Answers of the service behind the plugin proxy are not counted; `ignore` can name more.
 */
export function watchPage(page: Page, ignore: RegExp = /\/api\/plugin-proxy\//): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !ignore.test(message.location().url)) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400 && !ignore.test(response.url()))
      problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed';
    // a page that is left cancels what it was still waiting for
    if (reason !== 'net::ERR_ABORTED' && !ignore.test(request.url())) problems.push(`${reason}: ${request.url()}`);
  });
  return problems;
}
