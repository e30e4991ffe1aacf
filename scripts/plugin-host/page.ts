import { randomBytes } from 'node:crypto';
import { buildBootData, buildHostFacts, type BootDataInput } from './bootData.ts';

const BACKGROUND = { dark: '#111217', light: '#f4f5f5' };

/** The page with its policy, for every path that is not a file or an API. */
export function renderPage(input: BootDataInput): { html: string; contentSecurityPolicy: string } {
  const nonce = randomBytes(12).toString('base64');
  const html = `<!doctype html>
<html lang="en-US" class="theme-${input.theme}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <base href="/">
    <title>Plugin host</title>
    <link rel="icon" href="/host/icon.svg" type="image/svg+xml">
    <style nonce="${nonce}">
      html, body { margin: 0; height: 100%; background: ${BACKGROUND[input.theme]}; }
      #reactRoot { min-height: 100%; display: flex; flex-direction: column; }
    </style>
  </head>
  <body class="theme-${input.theme}">
    <div id="reactRoot"></div>
    <script nonce="${nonce}">
      window.__grafana_public_path__ = '/public/';
      window.grafanaBootData = ${inlineJson(buildBootData(input))};
      window.pluginHostFacts = ${inlineJson(buildHostFacts(input))};
    </script>
    <script nonce="${nonce}" src="/public/build/main.js"></script>
  </body>
</html>
`;
  return { html, contentSecurityPolicy: contentSecurityPolicy(nonce, new URL(input.rootUrl).host) };
}

/** JSON that cannot end the script element it stands in. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The policy of Grafana's template. It is off by default there; here it shows at once what would break with it on. */
function contentSecurityPolicy(nonce: string, host: string): string {
  return [
    `script-src 'self' 'unsafe-eval' 'unsafe-inline' 'strict-dynamic' 'nonce-${nonce}'`,
    "object-src 'none'",
    "font-src 'self'",
    "style-src 'self' 'unsafe-inline' blob:",
    'img-src * data:',
    "base-uri 'self'",
    `connect-src 'self' grafana.com ws://${host} wss://${host}`,
    "manifest-src 'self'",
    "media-src 'none'",
    "form-action 'self'",
  ].join(';');
}
