import { filterFromUrl, filterToQuery, filterToUrl, NO_FILTER } from './incidentFilter.ts';

test('a filter survives the way through the address', () => {
  const filter = { phase: 'done', severities: ['sev1', 'sev3'], service: 'checkout', words: 'pool', sort: 'severity', onlyPrivate: true, onlyDrills: true } as const;

  expect(filterFromUrl(new URLSearchParams(filterToUrl(filter)))).toEqual(filter);
});

test('the plain list has a plain address', () => {
  expect(filterToUrl(NO_FILTER)).toEqual({});
});

test('what the address says that makes no sense falls back to the default', () => {
  expect(filterFromUrl(new URLSearchParams('phase=never&severity=sev9,sev2&sort=random'))).toEqual({ ...NO_FILTER, severities: ['sev2'] });
});

test('blanks around words are not asked for', () => {
  expect(filterToQuery({ ...NO_FILTER, words: '  pool ', service: ' ' })).toEqual({ phase: 'open', sort: 'newest', q: 'pool' });
});
