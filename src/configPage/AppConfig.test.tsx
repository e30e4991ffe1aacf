/** Grafana's own page of the app: where the service is, the token, and whether it works. */
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PluginType, type AppPluginMeta } from '@grafana/data';
import type { AppSettings } from '../api/pluginSettings.ts';
import { createFakeBackend, problemOf, type FakeBackend } from '../test/fakeBackend.ts';
import { runtimeWith } from '../test/grafanaRuntime.tsx';
import { testIds } from '../testIds.ts';
import { AppConfig, type AppConfigProps } from './AppConfig.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const NEW_APP: AppPluginMeta<AppSettings> = {
  id: 'muster-incidents-app', name: 'Muster', type: PluginType.app, module: '', baseUrl: '',
  info: { author: { name: '' }, description: '', links: [], logos: { small: '', large: '' }, screenshots: [], updated: '', version: '' },
};
const SET_UP: AppPluginMeta<AppSettings> = { ...NEW_APP, enabled: true, pinned: true, jsonData: { apiUrl: 'http://muster.example.com:8080' }, secureJsonFields: { apiToken: true } };

function show(meta: AppPluginMeta<AppSettings>) {
  const plugin: AppConfigProps['plugin'] = Object.assign(Object.create(null), { meta });
  return render(<AppConfig plugin={plugin} query={{}} />);
}

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('checkConnection', { ok: { ok: true, hops: [] } });
});

test('nothing is saved until the address is whole and the token is there', async () => {
  const user = userEvent.setup();
  show(NEW_APP);
  await user.type(screen.getByTestId(testIds.config.apiUrl), 'muster.example.com');
  await user.click(screen.getByTestId(testIds.config.save));
  expect(screen.getByText('Write the whole address, beginning with http:// or https://.')).toBeInTheDocument();
  expect(screen.getByText('Paste the token that the service was started with.')).toBeInTheDocument();
  expect(mockBackend.kept).toEqual([]);
  // there is nothing to check yet
  expect(mockBackend.calls).toEqual([]);
});

test('the first setting enables the app; the token goes to the place that Grafana encrypts', async () => {
  const user = userEvent.setup();
  mockBackend.keepSettings('never');
  show(NEW_APP);
  await user.type(screen.getByTestId(testIds.config.apiUrl), 'http://muster.example.com:8080/');
  await user.type(screen.getByTestId(testIds.config.apiToken), 'the-shared-secret');
  await user.click(screen.getByTestId(testIds.config.save));
  expect(await screen.findByRole('button', { name: 'Saving…' })).toBeDisabled();
  expect(mockBackend.kept).toEqual([{ enabled: true, pinned: true, jsonData: { apiUrl: 'http://muster.example.com:8080' }, secureJsonData: { apiToken: 'the-shared-secret' } }]);
});

test('a kept token is neither shown nor sent again, until it is reset', async () => {
  const user = userEvent.setup();
  mockBackend.keepSettings('never');
  show(SET_UP);
  expect(screen.getByDisplayValue('configured')).toBeDisabled();
  await user.click(screen.getByTestId(testIds.config.save));
  await waitFor(() => expect(mockBackend.kept).toEqual([{ enabled: true, pinned: true, jsonData: { apiUrl: 'http://muster.example.com:8080' } }]));
});

test('what Grafana refuses to keep is said', async () => {
  const user = userEvent.setup();
  mockBackend.keepSettings({ status: 403 });
  show(SET_UP);
  await user.click(screen.getByTestId(testIds.config.save));
  expect(await screen.findByText('The settings could not be saved')).toBeInTheDocument();
  expect(screen.getByTestId(testIds.config.save)).toBeEnabled();
});

test('cap 141: once set up, the way is checked, and a wrong token is named', async () => {
  mockBackend.answer('checkConnection', problemOf(403, 'unauthenticated', 'The service token is not known.'));
  show(SET_UP);
  expect(await screen.findByText('Broken: Trust between Grafana and the service')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Open Muster' })).toBeInTheDocument();
});
