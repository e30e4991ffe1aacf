/** The commands on the page of an incident: pressed, refused, too late, and not offered. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber } from '#contract';
import { problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { CHECKOUT_DOWN, meWith } from '../../test/fixtures.ts';
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

describe('commands', () => {
  test('one press acknowledges; the page shows the new state', async () => {
    const user = userEvent.setup();
    mockBackend.answer('acknowledgeIncident', () => {
      const investigating = { ...CHECKOUT_DOWN, state: 'investigating' as const, availableCommands: [] };
      mockBackend.answer('getIncident', { ok: investigating });
      return { ok: investigating };
    });
    show();
    await user.click(await screen.findByTestId(testIds.incident.primaryAction));
    await waitFor(() => expect(screen.getByTestId(testIds.incident.state)).toHaveTextContent('Investigating'));
    expect(published.map(({ payload }) => payload)).toEqual([['INC-7: acknowledged']]);
    expect(mockBackend.callsOf('acknowledgeIncident')).toHaveLength(1);
  });

  test('409: somebody was faster, and one line says who', async () => {
    const user = userEvent.setup();
    mockBackend.answer('acknowledgeIncident', problemOf(409, 'conflict', 'INC-7 was acknowledged by Bo Byte'));
    show();
    await user.click(await screen.findByTestId(testIds.incident.primaryAction));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['INC-7 was acknowledged by Bo Byte'] }]));
    // and what it is now is fetched
    await waitFor(() => expect(mockBackend.callsOf('getIncident').length).toBeGreaterThan(1));
  });

  test('412: a change on an old version closes the dialog and says what to look at', async () => {
    const user = userEvent.setup();
    mockBackend.answer('setIncidentSeverity', problemOf(412, 'version_mismatch', 'INC-7 was changed meanwhile. Look again, then decide.'));
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Change severity' }));
    const dialog = await findDialog();
    await user.click(within(dialog).getByRole('radio', { name: 'SEV3' }));
    expect(within(dialog).getByRole('button', { name: 'Change to SEV3' })).toBeDisabled();
    await user.type(within(dialog).getByRole('textbox'), 'Only the slow path fails');
    await user.click(within(dialog).getByRole('button', { name: 'Change to SEV3' }));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['INC-7 was changed meanwhile. Look again, then decide.'] }]));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(mockBackend.callsOf('setIncidentSeverity')[0]).toMatchObject({ body: { severity: 'sev3', reason: 'Only the slow path fails' }, headers: { 'If-Match': '"3"' } });
  });

  test('what was typed wrong stays in the dialog, with the fault beside it', async () => {
    const user = userEvent.setup();
    mockBackend.answer('editIncident', { problem: { ...problemOf(400, 'invalid_input', 'The title is too plain.').problem, errors: [{ field: 'title', message: 'say what is broken' }] } });
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit title and description' }));
    const dialog = await findDialog();
    await user.type(within(dialog).getByLabelText(/Title/), ' at all');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await within(dialog).findByText('title: say what is broken')).toBeInTheDocument();
    expect(within(dialog).getByLabelText(/Title/)).toHaveValue('Customers cannot pay at all');
  });

  test('merging offers the other open incidents only', async () => {
    const user = userEvent.setup();
    mockBackend.answer('mergeIncident', { ok: { ...CHECKOUT_DOWN, state: 'duplicate', mergedInto: incidentNumber.parse(8) } });
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Merge into another incident' }));
    const dialog = await findDialog();
    await user.click(await within(dialog).findByRole('combobox'));
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual([expect.stringContaining('INC-8 Search is slow')]);
    await user.click(screen.getByRole('option', { name: /INC-8/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
    await waitFor(() => expect(mockBackend.callsOf('mergeIncident')[0]?.body).toEqual({ into: 8 }));
  });

  test('a viewer is offered no command', async () => {
    mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listTimeline', 'listIncidentAlerts']) });
    mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, availableCommands: [] } });
    show();
    const header = await screen.findByTestId(testIds.incident.header);
    await waitFor(() => expect(mockBackend.callsOf('getMe')).toHaveLength(1));
    expect(within(header).queryByRole('button')).not.toBeInTheDocument();
  });
});
