import { requestUrl } from './requestUrl.ts';

test('parameters are put into the path, escaped', () => {
  expect(requestUrl('/users/{user}/role', { user: 'user:a/b' })).toBe('/users/user%3Aa%2Fb/role');
});

test('empty query values are left out', () => {
  expect(requestUrl('/incidents', {}, { q: '', limit: 10, cursor: undefined })).toBe('/incidents?limit=10');
});

test('a missing parameter is a fault of ours', () => {
  expect(() => requestUrl('/incidents/{number}', {})).toThrow(/number/);
});
