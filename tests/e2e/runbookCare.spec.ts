/** What a runbook goes through besides being run well: a second person, an older version, a Markdown page as its beginning, a step that failed. */
import { createServer, type Server } from 'node:http';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { call } from './proxy.ts';
import { startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
let stack: Stack;
/** Out of order until it is told otherwise. */
let gate: { server: Server; url: string; calls: number; open: boolean };
test.beforeAll(async () => {
  const server = createServer((_req, res) => {
    gate.calls += 1;
    res.writeHead(gate.open ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify({ open: gate.open }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  gate = { server, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, calls: 0, open: false };
  stack = await startStack(19, undefined, { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' });
});
test.afterAll(async () => {
  await stack.close();
  gate.server.close();
});

async function pageOf(browser: Browser, login: string, to: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${stack.url}/host/user?login=${login}&to=${APP}${to}`);
  return page;
}

const text = (question: string): string => `apiVersion: muster/v1
kind: Runbook
metadata: { id: careful, title: Careful }
policy: { publishBy: second_person }
steps:
  - { id: look, name: Look, kind: manual, with: { instruction: "${question}" } }
`;

/** Asks to publish past the page, as whoever is signed in; gives the status. */
function publishBehind(page: Page): Promise<number> {
  return page.evaluate(async (address) => {
    const read = await fetch(address);
    const answer = await fetch(`${address}/publish`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'If-Match': read.headers.get('etag') ?? '' }, body: '{}' });
    return answer.status;
  }, `${stack.url}/api/plugin-proxy/muster-incidents-app/backend/runbooks/careful`);
}

test('cap 79: a second person publishes, not whoever wrote the draft; an older version is compared and comes back as a draft', async ({ browser }) => {
  const ed = await pageOf(browser, 'editor', '/runbooks');
  const problems = watchPage(ed);
  await ed.getByRole('button', { name: 'New runbook' }).click();
  await ed.getByRole('dialog').getByLabel(/^Title/).fill('Careful');
  await ed.getByRole('dialog').getByRole('button', { name: 'Begin' }).click();
  const source = ed.getByTestId(testIds.runbooks.source);
  const saved = ed.getByTestId(testIds.runbooks.saved);
  const write = async (question: string): Promise<void> => {
    await source.fill(text(question));
    await expect(saved).toHaveAttribute('data-status', 'unsaved');
    await expect(saved).toHaveAttribute('data-status', 'saved');
  };
  await write('Is it calm?');
  expect(await publishBehind(ed)).toBe(403);

  const ada = await pageOf(browser, 'admin', '/runbooks/careful/edit');
  const adasProblems = watchPage(ada);
  const publish = async (note: string): Promise<void> => {
    await ada.getByRole('dialog').getByRole('textbox').fill(note);
    await ada.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  };
  await expect(ada.getByText('You can publish it: somebody else wrote the draft.')).toBeVisible();
  await ada.getByRole('button', { name: 'Publish…' }).click();
  await publish('the first one');
  await expect(ada.getByText('Live: version 1')).toBeVisible();
  await expect(ed.getByText('Live: version 1')).toBeVisible();

  await write('Is it really calm?');
  await ada.reload();
  await ada.getByRole('button', { name: 'Publish…' }).click();
  await expect(ada.getByRole('dialog').getByTestId(testIds.runbooks.diff)).toContainText('Is it really calm?');
  await publish('more careful');
  await expect(ada.getByText('Live: version 2')).toBeVisible();

  await ada.getByRole('radio', { name: 'Versions' }).click();
  const versions = ada.getByTestId(testIds.runbooks.version);
  await expect(versions).toHaveCount(2);
  await expect(versions.first()).toContainText('more careful');
  await expect(versions.first()).toContainText('published by Ada Admin, written by Ed Editor');
  await ada.getByRole('button', { name: 'Compare with version 1' }).click();
  const diff = versions.last().getByTestId(testIds.runbooks.diff);
  await expect(diff).toContainText(/- .*Is it calm\?/);
  await expect(diff).toContainText(/\+ .*Is it really calm\?/);
  await ada.getByRole('button', { name: 'Restore version 1' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Make it the draft' }).click();
  await expect(ada.getByTestId(testIds.runbooks.source)).toHaveValue(text('Is it calm?'));
  // what is live stays so; and this draft is Ada's own
  await expect(ada.getByText('Live: version 2')).toBeVisible();
  await expect(ada.getByText('A second person has to publish it: you wrote the draft.')).toBeVisible();
  await expect(ada.getByRole('button', { name: 'Publish…' })).toBeDisabled();
  expect(await publishBehind(ada)).toBe(403);
  expect([...problems, ...adasProblems]).toEqual([]);
});

test('cap 68: a Markdown procedure becomes a checklist whose code is confirmed, as a draft', async ({ browser }) => {
  const ed = await pageOf(browser, 'admin', '/runbooks');
  await ed.getByRole('button', { name: /Import/ }).click();
  const dialog = ed.getByRole('dialog');
  await dialog.getByLabel(/^Markdown/).fill('# Drain a node\n\n## Look first\n\n- Is it the right node?\n- Are the others healthy?\n\n## Drain it\n\n```sh\nkubectl drain node-1\n```\n');
  await dialog.getByRole('button', { name: 'Import' }).click();
  const source = ed.getByTestId(testIds.runbooks.source);
  await expect(source).toHaveValue(/id: drain-a-node/);
  await expect(source).toHaveValue(/Are the others healthy\?/);
  await expect(source).toHaveValue(/kubectl drain node-1/);
  await expect(ed.getByTestId(testIds.runbooks.finding)).toHaveCount(0);
  await expect(ed.getByRole('button', { name: 'Publish…' })).toBeEnabled();
});

test('cap 71: a step that failed is tried again, and the run goes on from there', async ({ browser }) => {
  const runbook = `apiVersion: muster/v1
kind: Runbook
metadata: { id: gate, title: Through the gate }
steps:
  - { id: first, name: Open it, kind: http, with: { method: GET, url: "${gate.url}/gate" } }
  - { id: then, name: Go through, kind: manual, with: { instruction: "It answered {{ steps.first.output.status }}" } }
`;
  const made = await call(stack.url, 'POST', '/runbooks', { source: runbook });
  await call(stack.url, 'POST', '/runbooks/gate/publish', {}, { 'If-Match': made.headers.get('etag') ?? '' });

  const ed = await pageOf(browser, 'editor', '/runbooks/gate/edit');
  const problems = watchPage(ed);
  await ed.getByRole('button', { name: 'Run…' }).click();
  await ed.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const first = ed.locator(`[data-testid="${testIds.run.step}"][data-step="first"]`);
  await expect(first).toHaveAttribute('data-state', 'failed');
  await expect(first).toContainText('503');
  const failed = gate.calls;

  gate.open = true;
  await first.getByRole('button', { name: 'Try again: Open it' }).click();
  await expect(ed.getByRole('dialog')).toContainText('“Open it” is done again, and the run goes on from there.');
  await ed.getByRole('dialog').getByRole('button', { name: /Try again/ }).click();
  await expect(first).toHaveAttribute('data-state', 'succeeded');
  expect(gate.calls).toBe(failed + 1);
  const question = ed.getByTestId(testIds.run.question);
  await expect(question).toContainText('It answered 200');
  await question.getByRole('button', { name: 'Done' }).click();
  await expect(ed.getByTestId(testIds.run.state)).toContainText('Succeeded');
  await first.getByRole('button', { name: 'Details of Open it' }).click();
  await expect(ed.getByRole('list', { name: 'Attempts of Open it' }).getByRole('listitem')).toHaveCount(failed + 1);
  expect(problems).toEqual([]);
});
