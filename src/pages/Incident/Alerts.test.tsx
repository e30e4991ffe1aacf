/** The alerts of an incident: why each is there, and what is known of it. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { FakeBackend } from '../../test/fakeBackend.ts';
import { listOf } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { backendOfOpenIncident, FIRST_ALERT } from '../../test/openIncident.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = backendOfOpenIncident();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/incidents/7') => renderPage(<IncidentPage />, { path: '/incidents/:number', at });

beforeEach(() => {
  mockBackend = backendOfOpenIncident();
});

describe('alerts', () => {
  const at = '/incidents/7?tab=alerts';

  test('cap 35: each alert says why it is here, with a bar by weight; opened, it shows the evidence and leads back to its rule, never to a script', async () => {
    const user = userEvent.setup();
    show(at);
    const [row] = await screen.findAllByTestId(testIds.incident.alertRow);
    expect(row).toHaveTextContent('HighErrorRate');
    expect(row).toHaveTextContent('Same service checkout');
    // Of the row's bar each piece that speaks for it has its part.
    const widthsOf = (of: HTMLElement | undefined, id: string): string[] => (of === undefined ? [] : within(of).queryAllByTestId(id).map(({ style }) => style.width));
    expect(widthsOf(row, testIds.evidence.part)).toEqual(['70%', '30%']);
    await user.click(await screen.findByRole('button', { name: /HighErrorRate/ }));
    const drawer = await screen.findByTestId(testIds.incident.alertDrawer);
    expect(await within(drawer).findByTestId(testIds.incident.alertTrend)).toHaveTextContent('12 occurrences · 4 min 00 s on average · 75 % ended by themselves');
    expect(await within(drawer).findByText('5 s after the one before')).toBeInTheDocument();
    expect(within(drawer).getByText('+0.70')).toBeInTheDocument();
    expect(widthsOf(drawer, testIds.evidence.bar).map((width) => Math.round(parseFloat(width)))).toEqual([100, 43, 50]);
    expect(within(drawer).getByText('often without an incident')).toHaveTextContent('Against: often without an incident');
    expect(within(drawer).getByText(/its source wrote 9999-06-01T00:00:00.000Z as the start, which cannot be/)).toBeInTheDocument();
    expect(within(drawer).getByRole('link', { name: 'Alert rule' })).toHaveAttribute('href', 'https://grafana.example.com/alerting/1');
    expect(within(drawer).queryByRole('link', { name: 'Dashboard' })).not.toBeInTheDocument();
    const noise = within(drawer).getByTestId(testIds.incident.alertNoise);
    expect(noise).toHaveTextContent('Joined its incident as a symptom: checkout depends on payments-db, where DiskFull fires.');
    expect(noise).toHaveTextContent('Explained by DiskFull in INC-9');
    expect(noise).toHaveTextContent('Planned work: Upgrade, until 2026-03-01 12:00:00.It was in its incident before, so it stays there.');
    expect(within(noise).getByRole('link', { name: 'Rule: Symptoms' })).toHaveAttribute('href', expect.stringContaining('/noise?tab=rules&id=r1'));
    expect(within(noise).getByRole('link', { name: 'Window: Upgrade' })).toHaveAttribute('href', expect.stringContaining('/maintenance?tab=windows&id=w1'));
  });

  test('words and status are asked of the service', async () => {
    const user = userEvent.setup();
    mockBackend.answer('listIncidentAlerts', ({ query }) => ({ ok: listOf(query.get('q') === null ? [FIRST_ALERT] : []) }));
    show(at);
    await screen.findByTestId(testIds.incident.alertRow);
    await user.click(screen.getByRole('radio', { name: 'Firing' }));
    await user.type(screen.getByPlaceholderText(/Search name/), 'unicorn');
    expect(await screen.findByText('No alert fits')).toBeInTheDocument();
    expect(Object.fromEntries(mockBackend.callsOf('listIncidentAlerts').at(-1)?.query ?? [])).toMatchObject({ status: 'firing', q: 'unicorn' });
  });
});
