/** Judging an incident, looking back: right, together with others, or some of it not; anew, and taken back. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, alertId, incidentNumber, type Judgement, type JudgementBody } from '#contract';
import { partsOf, withPart } from '../../model/judgements.ts';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, CHECKOUT_DOWN, lanesOf, listOf, meWith, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { answerNoInsights } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at: string) => renderPage(<IncidentPage />, { path: '/incidents/:number', at });
const idOf = (n: number) => alertId.parse(`000000000000000${n}-1772359200000`);
const OWN = alertOf({ id: idOf(1) });
const SEARCH = alertOf({ id: idOf(2), name: 'SlowRequests', service: 'search' });
const NIGHTLY = alertOf({ id: idOf(3), name: 'BackupLate', service: null });

function judgementOf(judgement: JudgementBody): Judgement {
  return { incident: incidentNumber.parse(7), judgement, judgedAt: '2026-03-02T09:00:00.000Z', judgedBy: { kind: 'user', key: ADA.key, name: ADA.name } };
}

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  answerNoInsights(mockBackend);
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getIncidentLanes', { ok: lanesOf([OWN]) });
  mockBackend.answer('listIncidentAlerts', { ok: listOf([OWN, SEARCH, NIGHTLY]) });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN, SEARCH_CANDIDATE]) });
  mockBackend.answer('listRegroupings', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('listIncidentChanges', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('getBlastRadius', { ok: { nodes: [], edges: [], leftOut: 0 } });
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields: [] }], version: 0, provisioned: false } });
  let kept: Judgement | null = null;
  let version = 0;
  mockBackend.answer('getJudgement', () => ({ ok: { judgement: kept, version } }));
  mockBackend.answer('putJudgement', ({ body }) => {
    // what was said is there when it is asked for anew
    const verdict = Reflect.get(Object(body), 'verdict');
    kept = judgementOf(verdict === 'should_merge' ? { verdict, with: [incidentNumber.parse(8)] } : { verdict: 'correct' });
    version += 1;
    return { ok: { judgement: kept, version } };
  });
  mockBackend.answer('deleteJudgement', () => {
    kept = null;
    version += 1;
    return { ok: { judgement: kept, version } };
  });
});

const sent = () => mockBackend.callsOf('putJudgement').map(({ body }) => body);

test('cap 37: two clicks say that it was rightly one incident; it is shown with who said it, said anew, and taken back', async () => {
  const user = userEvent.setup();
  show('/incidents/7');
  await screen.findByText('Key times');
  const block = await screen.findByTestId(testIds.incident.judgement);
  await user.click(await within(block).findByRole('button', { name: 'Was this one incident?' }));
  const dialog = await findDialog({ name: /Was INC-7 one incident/ });
  expect(within(dialog).getByRole('button', { name: 'Save judgement' })).toBeDisabled();
  await user.click(within(dialog).getByRole('radio', { name: 'Yes, it was one incident' }));
  await user.click(within(dialog).getByRole('button', { name: 'Save judgement' }));
  expect(await within(block).findByText(/This was rightly one incident/)).toHaveTextContent('Ada Admin');
  expect(sent()).toEqual([{ verdict: 'correct' }]);

  await user.click(within(block).getByRole('button', { name: 'Judge anew' }));
  const again = await findDialog();
  expect(within(again).getByRole('radio', { name: 'Yes, it was one incident' })).toBeChecked();
  await user.click(within(again).getByRole('radio', { name: /belongs together with others/ }));
  expect(within(again).getByRole('button', { name: 'Save judgement' })).toBeDisabled();
  await user.click(await within(again).findByRole('combobox', { name: /together with/ }));
  await user.click(await screen.findByRole('option', { name: /INC-8/ }));
  await user.click(within(again).getByRole('button', { name: 'Save judgement' }));
  expect(await within(block).findByText(/belongs together with INC-8/)).toBeInTheDocument();
  expect(sent().at(-1)).toEqual({ verdict: 'should_merge', with: [8] });

  await user.click(within(block).getByRole('button', { name: 'Take back' }));
  await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['INC-7: judgement taken back'] })));
  expect(await within(block).findByRole('button', { name: 'Was this one incident?' })).toBeInTheDocument();
  expect([...mockBackend.callsOf('putJudgement'), ...mockBackend.callsOf('deleteJudgement')].map(({ headers }) => headers['If-Match'])).toEqual(['"0"', '"1"', '"2"']);
});

test('cap 37: of a mixed incident one says by service what was another cause and what was noise; a refusal stays in the dialog', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putJudgement', problemOf(400, 'invalid_input', 'the alerts are not of this incident'));
  show('/incidents/7');
  await user.click(await screen.findByRole('button', { name: 'Was this one incident?' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('radio', { name: /some of it did not belong here/ }));
  expect(within(dialog).getByRole('button', { name: 'Save judgement' })).toBeDisabled();
  await user.click(within(await within(dialog).findByRole('radiogroup', { name: 'search' })).getByRole('radio', { name: 'Another cause' }));
  await user.click(within(within(dialog).getByRole('radiogroup', { name: 'No service' })).getByRole('radio', { name: 'Just noise' }));
  await user.click(within(dialog).getByRole('button', { name: 'Save judgement' }));
  expect(await within(dialog).findByText(/not of this incident/)).toBeInTheDocument();
  expect(sent()).toEqual([{
    verdict: 'should_split',
    parts: [{ name: 'search', background: false, alerts: [SEARCH.id] }, { name: 'no service', background: true, alerts: [NIGHTLY.id] }],
  }]);
});

test('cap 37: chosen alerts of an incident that is over are judged from the list and added to what was said before', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, state: 'closed', availableCommands: [] } });
  mockBackend.answer('getJudgement', { ok: { judgement: judgementOf({ verdict: 'should_split', parts: [{ name: 'search', background: false, alerts: [SEARCH.id] }] }), version: 5 } });
  show('/incidents/7?tab=alerts');
  await user.click(await screen.findByRole('checkbox', { name: 'Choose BackupLate' }));
  expect(screen.queryByRole('button', { name: 'Split off' })).not.toBeInTheDocument();
  await user.click(await screen.findByRole('button', { name: 'Did not belong here' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('radio', { name: 'Just noise' }));
  await user.click(within(dialog).getByRole('button', { name: 'Save judgement' }));
  await waitFor(() => expect(sent()).toEqual([{
    verdict: 'should_split',
    parts: [{ name: 'search', background: false, alerts: [SEARCH.id] }, { name: '1 chosen alert', background: true, alerts: [NIGHTLY.id] }],
  }]));
});

test('cap 37: who was slower than somebody else is told so, and nothing is overwritten', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putJudgement', problemOf(412, 'version_mismatch', 'INC-7: was judged by Bo Byte since you looked.'));
  show('/incidents/7');
  await user.click(await screen.findByRole('button', { name: 'Was this one incident?' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('radio', { name: 'Yes, it was one incident' }));
  await user.click(within(dialog).getByRole('button', { name: 'Save judgement' }));
  await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['INC-7: was judged by Bo Byte since you looked.'] })));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  await waitFor(() => expect(mockBackend.callsOf('getJudgement').length).toBeGreaterThan(1));
});

test('cap 37: whoever may not judge sees what was said, and no button', async () => {
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES.filter((name) => !['putJudgement', 'deleteJudgement'].includes(name))) });
  mockBackend.answer('getJudgement', { ok: { judgement: judgementOf({ verdict: 'should_split', parts: [{ name: 'search', background: true, alerts: [SEARCH.id] }] }), version: 5 } });
  show('/incidents/7');
  const block = await screen.findByTestId(testIds.incident.judgement);
  expect(await within(block).findByText(/search \(1 alert, just noise\)/)).toBeInTheDocument();
  expect(within(block).queryByRole('button')).not.toBeInTheDocument();
});

test('cap 37: an alert is in one part only, and nothing is a part when all of it belongs', () => {
  const search = { name: 'search', background: false, alerts: [idOf(1), idOf(2)] };
  expect(withPart({ verdict: 'should_split', parts: [search] }, { name: 'noise', background: true, alerts: [idOf(2)] })).toEqual([
    { ...search, alerts: [idOf(1)] },
    { name: 'noise', background: true, alerts: [idOf(2)] },
  ]);
  expect(withPart({ verdict: 'should_split', parts: [search] }, { ...search, background: true })).toEqual([{ ...search, background: true }]);
  expect(partsOf([{ service: 'search', alerts: [idOf(1)] }], new Map([['search', 'here']]))).toEqual([]);
});
