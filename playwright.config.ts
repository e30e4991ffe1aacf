import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Browser tests against the plugin host. They use a browser that is installed already and download none. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  globalSetup: './tests/e2e/globalSetup.ts',
  globalTeardown: './tests/harness/stopPostgres.ts',
  // each file has a host, a service and a browser of its own; they wait more than they work, one of them for minutes
  workers: 2,
  fullyParallel: false,
  // a busy machine is no fault
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromiumPath(),
      args: ['--no-sandbox', '--disable-gpu'],
    },
  },
});

function chromiumPath(): string {
  const found = process.env.MUSTER_CHROMIUM ?? CHROMIUM.find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error(
      `No Chromium found (looked at ${CHROMIUM.join(', ')}): install one, or name it in MUSTER_CHROMIUM.`
    );
  }
  return found;
}
