/** Settings, Policy: when incidents are declared, the severity matrix, and the types. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, type DeclarePolicy, type SeverityPolicy } from '#contract';
import { movedUp, ruleSentence, withCondition } from '../../model/declareRules.ts';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { meWith } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const POLICY: DeclarePolicy = {
  rules: [{ name: 'sev1 at once', severity: 'sev1', outcome: 'declare' }, { name: 'many', severity: 'sev2', minAlerts: 5, outcome: 'declare' }],
  weights: { confidence: 0.4, breadth: 0.2, severity: 0.25, business: 0.15 }, proposeFrom: 0, declareFrom: 0.75, fullBreadthServices: 8, candidateExpiryMinutes: 1440,
};
const SEVERITY: SeverityPolicy = {
  matrix: [['sev1', 'sev1', 'sev2', 'sev2'], ['sev1', 'sev2', 'sev2', 'sev3'], ['sev2', 'sev3', 'sev3', 'sev4'], ['sev3', 'sev4', 'sev4', 'sev5']],
  businessImpact: { critical: 1, important: 2, standard: 3 }, userShares: { extensive: 0.25, significant: 0.05 }, stepsAboveAlerts: 1, atRiskHops: 2,
};
const show = () => renderPage(<SettingsPage />, { path: '/settings', at: '/settings?tab=policy' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  mockBackend.answer('getDeclarePolicy', { ok: { ...POLICY, version: 3, provisioned: false } });
  mockBackend.answer('getSeverityPolicy', { ok: { ...SEVERITY, version: 0, provisioned: false } });
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields: [] }], version: 0, provisioned: true } });
});

test('cap 44: rules are sentences; one is added, put first, and saved with the version seen', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putDeclarePolicy', { ok: { ...POLICY, version: 4, provisioned: false } });
  show();
  const section = await screen.findByRole('region', { name: 'Declaring' });
  expect(await screen.findByText('This is provisioned')).toBeInTheDocument();
  expect(await within(section).findByText('many: Declare when SEV2 or graver, at least 5 alerts')).toBeInTheDocument();
  expect(within(section).getByRole('button', { name: 'Save policy' })).toBeDisabled();
  const declareFrom = within(section).getByRole('spinbutton', { name: /Declare from score/ });
  expect(declareFrom).toHaveValue(75);
  await user.clear(declareFrom);
  await user.type(declareFrom, '80');
  await user.click(within(section).getByRole('button', { name: 'Move many up' }));
  await user.click(within(section).getByRole('button', { name: 'Add rule' }));
  expect(within(section).getByDisplayValue('Rule 3')).toBeInTheDocument();
  await user.click(within(section).getByRole('button', { name: 'Save policy' }));

  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'putDeclarePolicy')).toMatchObject({
    headers: { 'If-Match': '"3"' }, body: { declareFrom: 0.8, rules: [{ name: 'many' }, { name: 'sev1 at once' }, { name: 'Rule 3', outcome: 'declare' }] },
  }));
  expect(published).toContainEqual(expect.objectContaining({ payload: ['Policy saved. It holds for the next alert.'] }));
});

test('cap 116: what makes a kind frequent or rare is shown with its defaults and edited', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putDeclarePolicy', { ok: { ...POLICY, version: 4, provisioned: false } });
  show();
  const section = await screen.findByRole('region', { name: 'Declaring' });
  expect(await within(section).findByRole('spinbutton', { name: /Of the same kind from/ })).toHaveValue(40);
  expect(within(section).getByRole('spinbutton', { name: /Days looked back/ })).toHaveValue(90);
  const frequent = within(section).getByRole('spinbutton', { name: /Frequent from/ });
  await user.clear(frequent);
  await user.type(frequent, '5');
  await user.click(within(section).getByRole('button', { name: 'Save policy' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'putDeclarePolicy')?.body).toMatchObject({ usual: { sameKind: 0.4, days: 90, frequentFrom: 15 } }));
});

test('cap 46, cap 51: the matrix and the types are edited; what the service refuses is named', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putIncidentTypes', { problem: { ...problemOf(400, 'invalid_input', '"general" is there twice').problem, errors: [{ field: 'body.types[1].id', message: '"general" is there twice' }] } });
  mockBackend.answer('putSeverityPolicy', { ok: { ...SEVERITY, atRiskHops: 4, version: 1, provisioned: false } });
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields: [] }], version: 0, provisioned: false } });
  show();
  const severity = await screen.findByRole('region', { name: 'Severity' });
  expect(await within(severity).findByRole('combobox', { name: 'Severity for impact 1 extensive, urgency 3 medium' })).toHaveValue('SEV2');
  const hops = within(severity).getByRole('spinbutton', { name: /Steps at risk/ });
  await user.clear(hops);
  await user.type(hops, '4');
  await user.click(within(severity).getByRole('button', { name: 'Save severities' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'putSeverityPolicy')?.body).toEqual({ ...SEVERITY, atRiskHops: 4 }));

  const types = screen.getByRole('region', { name: 'Types and fields' });
  await user.click(within(types).getByRole('button', { name: 'Add type' }));
  await user.click(within(types).getByRole('button', { name: 'Add field to General' }));
  await user.click(within(types).getByRole('button', { name: 'Save types' }));
  expect(await within(types).findByText(/types\[1\]\.id: "general" is there twice/)).toBeInTheDocument();
});

test('who may only look sees the policy and no way to change it; a refusal is shown in place', async () => {
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES.filter((name) => !name.startsWith('put'))) });
  mockBackend.answer('getSeverityPolicy', problemOf(403, 'not_allowed', 'your role is viewer'));
  show();
  expect(await screen.findByText('many: Declare when SEV2 or graver, at least 5 alerts')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Save|Add/ })).not.toBeInTheDocument();
  expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
});

test('rules in words, conditions that are emptied, and order', () => {
  const [first, second] = POLICY.rules;
  if (first === undefined || second === undefined) throw new Error('no rules');
  expect(ruleSentence({ name: 'x', outcome: 'ignore' })).toBe('Ignore always');
  expect(ruleSentence({ name: 'x', outcome: 'propose', services: ['a', 'b'], minConfidence: 0.8 })).toBe('Propose when at least 80 % sure, alerts of a or b');
  expect(ruleSentence({ name: 'x', outcome: 'declare', minScore: 0.75 })).toBe('Declare when a score of at least 75 points');
  expect(withCondition(second, 'minAlerts', undefined).minAlerts).toBeUndefined();
  expect(movedUp([first, second], 1)).toEqual([second, first]);
  expect(movedUp([first, second], 0)).toEqual([first, second]);
});
