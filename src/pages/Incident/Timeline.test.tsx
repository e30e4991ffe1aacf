/** The timeline of an incident: who said what when, and notes. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { OWN_NOTE, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { backendOfOpenIncident } from '../../test/openIncident.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = backendOfOpenIncident();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/incidents/7') => renderPage(<IncidentPage />, { path: '/incidents/:number', at });

beforeEach(() => {
  mockBackend = backendOfOpenIncident();
});

describe('timeline', () => {
  const at = '/incidents/7?tab=timeline';

  test('tells who said what when, and keeps the earlier wordings of a note', async () => {
    const user = userEvent.setup();
    show(at);
    const entry = await screen.findByTestId(testIds.incident.timelineEntry);
    expect(entry).toHaveTextContent('Ada Admin');
    expect(entry).toHaveTextContent('Card processor answers with 503 since 10:02');
    await user.click(within(entry).getByRole('button', { name: 'Revised, 1 earlier wording' }));
    expect(within(entry).getByText('Card processor answers with 503')).toBeInTheDocument();
  });

  test('a note is revised on the wording that was seen; who was too late is told so and keeps their words', async () => {
    const user = userEvent.setup();
    mockBackend.answer('reviseNote', problemOf(412, 'version_mismatch', 'The note was revised since you looked.'));
    show(at);
    await user.click(await screen.findByRole('button', { name: 'Revise this note' }));
    const field = screen.getByRole('textbox', { name: 'New wording' });
    await user.clear(field);
    await user.type(field, 'It was the pool');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['The note was revised since you looked.'] })));
    expect(mockBackend.callsOf('reviseNote')).toMatchObject([{ body: { text: 'It was the pool' }, headers: { 'If-Match': '"2"' } }]);
    expect(field).toHaveValue('It was the pool');
    await waitFor(() => expect(mockBackend.callsOf('listTimeline').length).toBeGreaterThan(1));
  });

  test('Ctrl+Enter sends a note; one that could not be sent is not lost', async () => {
    const user = userEvent.setup();
    mockBackend.answer('addNote', problemOf(500, 'internal', 'The note could not be kept.'));
    show(at);
    const field = await screen.findByTestId(testIds.incident.noteInput);
    await user.type(field, 'Restarted the pool{Control>}{Enter}{/Control}');
    await waitFor(() => expect(published).toHaveLength(1));
    expect(field).toHaveValue('Restarted the pool');

    mockBackend.answer('addNote', { ok: { ...OWN_NOTE, position: '42', text: 'Restarted the pool', revisions: [] } });
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(field).toHaveValue(''));
    expect(mockBackend.callsOf('addNote').map(({ body }) => body)).toEqual([{ text: 'Restarted the pool' }, { text: 'Restarted the pool' }]);
  });

  test('one may look at notes only; where there is none, that is said', async () => {
    const user = userEvent.setup();
    mockBackend.answer('listTimeline', ({ query }) => ({ ok: pageOf(query.get('kind') === 'alerts' ? [] : [OWN_NOTE]) }));
    show(at);
    await screen.findByTestId(testIds.incident.timelineEntry);
    await user.click(screen.getByRole('radio', { name: 'Alerts' }));
    expect(await screen.findByText('Nothing of this kind happened yet.')).toBeInTheDocument();
  });
});
