/** What is told of an incident, on its page: what is due, writing with a preview, approving, publishing, correcting. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { audienceId, channelId, communication, deliveryId, incidentNumber, messageId, updateId, type Communication, type Delivery, type StatusUpdate, type UpdateDraft, type UpdateDue } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, CHECKOUT_DOWN, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (more = '') => renderPage(<IncidentPage />, { path: '/incidents/:number', at: `/incidents/7?tab=comms${more}` });

const SETTINGS: Communication = communication.parse({
  version: 1, provisioned: false, remindMinutes: 5, dueTeam: null,
  audiences: [
    { id: 'internal', name: 'Internal', kind: 'internal', approval: 'none', subject: '{{ incident.key }}', text: '{{ fields.summary }}', fields: [{ key: 'summary', label: 'What is happening', requiredFor: ['sev1'] }] },
    { id: 'customer', name: 'Customers', kind: 'customer', approval: 'second_person', statusPage: true, subject: '{{ fields.title }}', text: '{{ fields.summary }}', fields: [{ key: 'title', label: 'Title', multiline: false }, { key: 'summary', label: 'For customers' }] },
  ],
});
const BY = { actor: { kind: 'user' as const, key: ADA.key, name: ADA.name }, at: '2026-03-01T10:04:00.000Z' };

function updateOf(over: Partial<StatusUpdate>): StatusUpdate {
  return {
    id: updateId.parse('1'), version: 2, incident: incidentNumber.parse(7), audience: 'customer', audienceName: 'Customers', state: 'draft', phase: 'identified', fields: { title: 'Payments fail', summary: 'Cards are refused.' },
    ownText: null, ownSubject: null, subject: 'Payments fail', text: 'Cards are **refused**.', missing: [], components: [{ name: 'Online shop', state: 'major_outage' }], nextUpdateAt: null, corrects: null, correctedBy: null,
    created: BY, edited: null, approved: null, published: null, may: { edit: true, approve: true, publish: false, discard: true }, whyNot: null, ...over,
  };
}
const DUE: UpdateDue = {
  incident: incidentNumber.parse(7), title: CHECKOUT_DOWN.title, severity: 'sev1', audience: audienceId.parse('internal'), audienceName: 'Internal', dueAt: '2026-03-01T10:31:00.000Z', state: 'overdue', lastAt: null, paused: null,
};
const DRAFT = updateOf({});
const TOLD = updateOf({ id: updateId.parse('2'), state: 'published', approved: BY, published: BY, may: { edit: false, approve: false, publish: false, discard: false } });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', {
    ok: meWith(['getIncident', 'getCommunication', 'listUpdatesDue', 'getIncidentComms', 'listIncidentUpdates', 'previewUpdate', 'createUpdate', 'editUpdate', 'approveUpdate', 'publishUpdate', 'discardUpdate']),
  });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getCommunication', { ok: SETTINGS });
  mockBackend.answer('listUpdatesDue', { ok: pageOf([DUE]) });
  mockBackend.answer('getIncidentComms', { ok: { due: [DUE], kept: 1, total: 2, phase: 'investigating', components: [{ name: 'Online shop', state: 'major_outage' }], businessServices: ['Mail', 'Online shop'] } });
  mockBackend.answer('listIncidentUpdates', { ok: pageOf([DRAFT, TOLD]) });
  mockBackend.answer('previewUpdate', { ok: { subject: 'INC-7', text: 'As it will read', missing: ['What is happening'], reaches: ['one channel', 'the timeline of the incident'] } });
});

test('cap 96: what is overdue is red in the header and on the tab, with how many came in time', async () => {
  show();
  expect(await screen.findByText('1 of 2 due updates came in time')).toBeInTheDocument();
  const lines = await screen.findAllByTestId(testIds.comms.due);
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toHaveAttribute('data-state', 'overdue');
    expect(line).toHaveTextContent(/Update to Internal overdue by/);
  }
  expect(screen.getByRole('link', { name: 'Write it' })).toHaveAttribute('href', expect.stringContaining('/incidents/7?tab=comms&write=new'));
});

test('cap 96: the link beside what is due opens a new update at once, which can be laid aside', async () => {
  show('&write=new');
  expect(await screen.findByTestId(testIds.comms.preview)).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(await screen.findByRole('button', { name: 'Write an update' })).toBeInTheDocument();
});

test('cap 95, cap 100: an update is written with its preview beside, and published at once where nobody has to approve', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createUpdate', { ok: updateOf({ id: updateId.parse('3'), audience: 'internal', audienceName: 'Internal', version: 1 }) });
  mockBackend.answer('publishUpdate', { ok: updateOf({ id: updateId.parse('3'), audience: 'internal', audienceName: 'Internal', state: 'published' }) });
  show();
  await user.click(await screen.findByRole('button', { name: 'Write an update' }));
  await user.type(await screen.findByRole('textbox', { name: /What is happening/ }), 'The pool is full');
  await user.type(screen.getByRole('textbox', { name: /Next update in minutes/ }), '20');
  const preview = await screen.findByTestId(testIds.comms.preview);
  await waitFor(() => expect(preview).toHaveTextContent('Still to be filled in: What is happening'));
  expect(preview).toHaveTextContent('Goes to one channel, the timeline of the incident.');
  await user.click(screen.getByRole('button', { name: 'Publish to Internal' }));
  await waitFor(() => expect(mockBackend.callsOf('publishUpdate')).toHaveLength(1));
  expect(mockBackend.callsOf('createUpdate')[0]?.body).toMatchObject({ audience: 'internal', phase: 'investigating', fields: { summary: 'The pool is full' }, components: [], nextUpdateAt: expect.stringContaining('T'), corrects: null });
  expect(mockBackend.callsOf('publishUpdate')[0]?.headers).toMatchObject({ 'If-Match': '"1"' });
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Publish to Internal' })).not.toBeInTheDocument());
});

test('cap 100: a draft is approved by who sees it, changed, or refused in words; a published one is corrected', async () => {
  const user = userEvent.setup();
  mockBackend.answer('approveUpdate', problemOf(409, 'conflict', 'somebody other than its authors has to approve it'));
  mockBackend.answer('editUpdate', { ok: DRAFT });
  mockBackend.answer('createUpdate', { ok: DRAFT });
  show();
  const [draft, told] = await screen.findAllByTestId(testIds.comms.update);
  if (draft === undefined || told === undefined) throw new Error('a draft and a published one');
  expect(within(draft).getByText('refused')).toBeInTheDocument();
  await user.click(within(draft).getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('somebody other than its authors'));

  await user.click(within(draft).getByRole('button', { name: 'Edit' }));
  const title = await screen.findByRole('textbox', { name: 'Title' });
  expect(title).toHaveValue('Payments fail');
  await user.type(title, ' in Europe');
  await user.click(screen.getByRole('button', { name: 'Leave Online shop out' }));
  await user.click(screen.getByRole('button', { name: 'Save for approval' }));
  await waitFor(() => expect(mockBackend.callsOf('editUpdate')[0]?.body).toMatchObject({ fields: { title: 'Payments fail in Europe' }, components: [] }));

  await user.click(within(told).getByRole('button', { name: 'Correct it' }));
  await user.click(await screen.findByRole('button', { name: 'Save for approval' }));
  await waitFor(() => expect(mockBackend.callsOf('createUpdate')[0]?.body).toMatchObject({ audience: 'customer', corrects: '2' }));
});

test('cap 120: a draft fills in what is empty, is marked as one with what it leaves to people, and never goes along to another audience', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'getCommunication', 'listUpdatesDue', 'getIncidentComms', 'listIncidentUpdates', 'createUpdate', 'previewUpdate', 'publishUpdate', 'writeDraft', 'previewDraft', 'noteDraftOutcome']) });
  mockBackend.answer('noteDraftOutcome', { ok: { ok: true } });
  const inside: UpdateDraft = {
    audience: audienceId.parse('internal'), by: 'template', whyNotModel: null, modelOffered: true, wording: 'inside', language: 'en', phase: 'investigating', fields: { summary: 'payments-db failed first: 62 %' }, ownSubject: null, ownText: null, components: [], left: ['What is being done'],
  };
  mockBackend.answer('writeDraft', { ok: inside });
  show();
  await user.click(await screen.findByRole('button', { name: 'Write an update' }));
  const summary = await screen.findByRole('textbox', { name: /What is happening/ });
  const bar = screen.getByTestId(testIds.comms.draft);
  await user.click(within(bar).getByRole('button', { name: 'Draft it' }));
  await waitFor(() => expect(summary).toHaveValue('payments-db failed first: 62 %'));
  expect(mockBackend.callsOf('writeDraft')).toMatchObject([{ body: { audience: 'internal' } }]);
  expect(within(bar).getByRole('status')).toHaveTextContent('DraftBy Muster, with everything that is known. Read it and change it before you send it. Only you can say: What is being done.');
  // What somebody made of it is not written over.
  await user.type(summary, ', says Ada');
  await user.click(within(bar).getByRole('button', { name: 'Draft it again' }));
  await waitFor(() => expect(mockBackend.callsOf('writeDraft')).toHaveLength(2));
  expect(summary).toHaveValue('payments-db failed first: 62 %, says Ada');

  await user.click(screen.getByRole('combobox', { name: 'Audience' }));
  await user.click(await screen.findByRole('option', { name: 'Customers' }));
  expect(await screen.findByRole('textbox', { name: 'For customers' })).toHaveValue('');
  expect(within(bar).queryByRole('status')).not.toBeInTheDocument();

  mockBackend.answer('writeDraft', { ok: { ...inside, audience: audienceId.parse('customer'), wording: 'outside', fields: { title: 'Shop: unavailable', summary: 'It cannot be used.' }, left: [] } });
  await user.click(within(bar).getByRole('button', { name: 'Draft it' }));
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'For customers' })).toHaveValue('It cannot be used.'));
  await user.click(within(bar).getByRole('button', { name: 'Take the draft out' }));
  expect(screen.getByRole('textbox', { name: 'For customers' })).toHaveValue('');
  expect(mockBackend.callsOf('createUpdate')).toHaveLength(0);

  mockBackend.answer('writeDraft', problemOf(503, 'unavailable', 'the database does not answer'));
  await user.click(within(bar).getByRole('button', { name: 'Draft it' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('the database does not answer'));
});

test('cap 120: a model rewords a draft only after somebody saw to the letter what is sent; when it fails, the draft of Muster stands and says so; what became of it is counted', async () => {
  const user = userEvent.setup();
  const hash = 'a'.repeat(64);
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'getCommunication', 'listUpdatesDue', 'getIncidentComms', 'listIncidentUpdates', 'createUpdate', 'previewUpdate', 'publishUpdate', 'writeDraft', 'previewDraft', 'noteDraftOutcome']) });
  mockBackend.answer('noteDraftOutcome', { ok: { ok: true } });
  mockBackend.answer('createUpdate', { ok: updateOf({ id: updateId.parse('3'), audience: 'internal', audienceName: 'Internal', version: 1 }) });
  mockBackend.answer('publishUpdate', { ok: updateOf({ id: updateId.parse('3'), audience: 'internal', audienceName: 'Internal', state: 'published' }) });
  mockBackend.answer('previewDraft', { ok: { whyNot: null, url: 'https://models.example.com/v1/chat/completions', model: 'small', removed: [{ kind: 'person', count: 2 }], hash, messages: [{ role: 'system', content: 'You reword' }, { role: 'user', content: '[person 1] says it fails' }] } });
  const plain: UpdateDraft = {
    audience: audienceId.parse('internal'), by: 'template', whyNotModel: null, modelOffered: true, wording: 'inside', language: 'en', phase: 'investigating', fields: { summary: 'Ada says it fails' }, ownSubject: null, ownText: null, components: [], left: [],
  };
  mockBackend.answer('writeDraft', { ok: plain });
  show();
  await user.click(await screen.findByRole('button', { name: 'Write an update' }));
  const summary = await screen.findByRole('textbox', { name: /What is happening/ });
  const bar = screen.getByTestId(testIds.comms.draft);
  await user.click(within(bar).getByRole('button', { name: 'Draft it' }));
  await waitFor(() => expect(summary).toHaveValue('Ada says it fails'));

  mockBackend.answer('writeDraft', { ok: { ...plain, whyNotModel: 'the model could not be used: it answered 500' } });
  await user.click(within(bar).getByRole('button', { name: 'Reword it with a model' }));
  const dialog = await findDialog();
  expect(await within(dialog).findByText(/This goes to https:\/\/models.example.com\/v1\/chat\/completions \(small\), and nothing else. Taken out before: 2 names./)).toBeInTheDocument();
  expect(within(dialog).getByText('[person 1] says it fails')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Send this to the model' }));
  await waitFor(() => expect(mockBackend.callsOf('writeDraft').at(-1)?.body).toEqual({ audience: 'internal', by: 'model', seen: hash }));
  expect(await within(bar).findByRole('alert')).toHaveTextContent('Not written by a model: the model could not be used: it answered 500. This is Muster’s own draft.');
  // Sending to the model sent no update.
  expect(mockBackend.callsOf('createUpdate')).toHaveLength(0);

  mockBackend.answer('writeDraft', { ok: { ...plain, by: 'model', fields: { summary: 'Payments fail.' } } });
  await user.click(within(bar).getByRole('button', { name: 'Reword it with a model' }));
  await user.click(await within(await findDialog()).findByRole('button', { name: 'Send this to the model' }));
  await waitFor(() => expect(summary).toHaveValue('Payments fail.'));
  expect(within(bar).getByRole('status')).toHaveTextContent('DraftWritten by a model from Muster’s draft, with everything that is known.');
  await user.click(screen.getByRole('button', { name: 'Publish to Internal' }));
  await waitFor(() => expect(mockBackend.callsOf('noteDraftOutcome').map(({ body }) => body)).toEqual([{ by: 'model', outcome: 'accepted' }]));
});

test('cap 90: a published update says whom it reached; what failed is named with its channel and tried again', async () => {
  const user = userEvent.setup();
  const failed: Delivery = {
    id: deliveryId.parse('9'), message: messageId.parse('4'), messageClass: 'update', urgency: 'critical', incident: incidentNumber.parse(7), subject: 'Payments fail', recipient: { kind: 'person', name: 'Eva Editor' }, state: 'failed',
    channel: channelId.parse('ops'), hop: 2, hops: 2, tries: 3, bundled: false, error: 'Slack refused: is_archived', answer: null, createdAt: BY.at, sentAt: null, deliveredAt: null, answeredAt: null, dueAt: null,
  };
  const waits: Delivery = { ...failed, id: deliveryId.parse('10'), recipient: { kind: 'address', name: '' }, state: 'queued', hop: 1, hops: 1, error: 'the server is full', dueAt: '2026-03-01T10:06:00.000Z' };
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'getCommunication', 'listUpdatesDue', 'getIncidentComms', 'listIncidentUpdates', 'getUpdateDeliveries', 'retryDelivery', 'listChannels']) });
  mockBackend.answer('listChannels', { ok: pageOf([{ id: channelId.parse('ops'), kind: 'slack', name: 'Ops room', enabled: true, provisioned: false, receipts: false, addressed: true, version: 1, health: { breaker: 'closed', score: 1, restsUntil: null, lastSuccessAt: null, lastFailureAt: null, lastFailure: null, waiting: 0, waitingCritical: 0 } }]) });
  mockBackend.answer('getUpdateDeliveries', { ok: { recipients: 1204, arrived: 1000, taken: 200, waiting: 3, failed: 1, cancelled: 0, elsewhere: 7, spreading: true, troubled: [failed, waits] } });
  mockBackend.answer('retryDelivery', { ok: { ...failed, state: 'queued', text: 'x', history: [] } });
  show();
  const block = await screen.findByTestId(testIds.comms.deliveries);
  expect(block).toHaveTextContent('To 1,204 recipients: 1,000 arrived, 200 taken by the provider, 3 waiting, 1 failed, 7 over another way, more subscribers are being told.');
  const [first, second] = within(block).getAllByRole('listitem');
  await waitFor(() => expect(first).toHaveTextContent('Eva Editor: Failed over Ops room, way 2 of 2 (Slack refused: is_archived)'));
  expect(second).toHaveTextContent(/A subscriber: Waits over Ops room \(the server is full\), tried again/);
  await user.click(within(block).getByRole('button', { name: 'Try again: Eva Editor' }));
  await waitFor(() => expect(mockBackend.callsOf('retryDelivery')).toHaveLength(1));
  // Drafts were sent to nobody.
  expect(mockBackend.callsOf('getUpdateDeliveries').map(({ path }) => path)).not.toContain(expect.stringContaining('/status-updates/1/'));
});

test('cap 96: clocks are paused with a reason, which is shown with who said it, and let run again', async () => {
  const user = userEvent.setup();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const paused: UpdateDue = { ...DUE, dueAt: until, state: 'running', paused: { until, reason: 'a vendor repairs it', by: 'Ada' } };
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'getCommunication', 'listUpdatesDue', 'getIncidentComms', 'listIncidentUpdates', 'pauseUpdates', 'resumeUpdates']) });
  mockBackend.answer('getIncidentComms', { ok: { due: [paused], kept: 0, total: 0, phase: 'investigating', components: [], businessServices: [] } });
  mockBackend.answer('pauseUpdates', problemOf(400, 'invalid_input', 'must be within 24 hours'));
  mockBackend.answer('resumeUpdates', problemOf(409, 'conflict', 'the clocks of INC-7 run'));
  show();
  const group = await screen.findByRole('group', { name: 'What is due' });
  expect(group).toHaveTextContent(/due in .*paused until .* by Ada: a vendor repairs it/);
  await user.click(within(group).getByRole('button', { name: 'Let the clocks run' }));
  await waitFor(() => expect(mockBackend.callsOf('resumeUpdates')).toHaveLength(1));
  await user.click(within(group).getByRole('button', { name: 'Pause' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'waiting for a part');
  await user.click(within(dialog).getByRole('button', { name: 'Pause' }));
  await waitFor(() => expect(mockBackend.callsOf('pauseUpdates')[0]?.body).toMatchObject({ audiences: null, reason: 'waiting for a part' }));
  expect(await within(dialog).findByText(/must be within 24 hours/)).toBeInTheDocument();
});
