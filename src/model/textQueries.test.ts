/** Queries as text and as JSON: to and fro changes nothing, and nothing is hidden that the text does not say. */
import fc from 'fast-check';
import { detectorQuery } from '#contract';
import { asText, carriedTo, lostAsText, TEXT_LANGUAGES, TEXT_QUERIES, textLanguageOf, textOf, withText } from './textQueries.ts';

const language = fc.constantFrom(...TEXT_LANGUAGES);
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const value = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean(), fc.constant('time_series'), fc.constant('range'));
const key = fc.oneof(fc.constantFrom('expr', 'query', 'rawSql', 'target', 'range', 'queryType', 'rawQuery', 'resultFormat', 'format', 'refId', 'legendFormat'), fc.string({ minLength: 1, maxLength: 10 }));
const anyJson = fc.oneof(fc.dictionary(key, value).map((query) => JSON.stringify(query)), fc.json(), fc.string());
const parsed = (json: string): unknown => JSON.parse(json);

test('cap 110: what is typed as text comes back from the JSON as it was, and the API takes that JSON', () => {
  fc.assert(fc.property(language, text, anyJson, (as, typed, before) => {
    const json = withText(as, before, typed);
    expect(textOf(as, json)).toBe(typed);
    expect(detectorQuery.safeParse({ kind: 'grafana', datasource: 'shop', query: parsed(json) }).success).toBe(true);
  }));
});

test('cap 110: JSON that is shown as text is what it was when the same text is typed again, and as text once more', () => {
  fc.assert(fc.property(language, anyJson, (as, json) => {
    const shown = textOf(as, json);
    if (shown === null) return;
    expect(parsed(withText(as, json, shown))).toEqual(parsed(json));
    expect(asText(as, json)).toBe(json);
    expect(lostAsText(as, json)).toEqual([]);
  }), { numRuns: 500 });
});

test('cap 110: made a text all the same, a query keeps all but what was named as lost', () => {
  fc.assert(fc.property(language, fc.dictionary(key, value), (as, query) => {
    const json = JSON.stringify(query);
    const lost = lostAsText(as, json) ?? [];
    const kept: Record<string, unknown> = { ...query };
    for (const name of lost) delete kept[name];
    // What names the query in a request is set anew.
    delete kept['refId'];
    expect(parsed(asText(as, json))).toMatchObject(kept);
    expect(textOf(as, asText(as, json))).not.toBeNull();
  }), { numRuns: 500 });
});

test('cap 110: the text goes along to another data source, whatever it is asked in, and back again', () => {
  fc.assert(fc.property(language, language, text, (from, to, typed) => {
    const there = carriedTo(to, withText(from, '', typed));
    expect(there.language).toBe(to);
    expect(textOf(to, there.query)).toBe(typed);
    const back = carriedTo(from, there.query);
    expect([back.language, textOf(from, back.query)]).toEqual([from, typed]);
    expect(carriedTo(null, there.query)).toEqual({ language: null, query: there.query });
  }));
});

test('cap 110: new queries are what the data sources are documented to take', () => {
  expect(Object.fromEntries(TEXT_LANGUAGES.map((as) => [as, parsed(withText(as, '', 'q'))]))).toEqual({
    promql: { expr: 'q', range: true }, logql: { expr: 'q', queryType: 'range' }, influxql: { query: 'q', rawQuery: true, resultFormat: 'time_series' }, flux: { query: 'q' },
    influxSql: { rawSql: 'q', format: 'time_series' }, graphite: { target: 'q' }, sql: { rawSql: 'q', format: 'time_series' },
  });
  for (const as of TEXT_LANGUAGES) expect(textOf(as, withText(as, '', TEXT_QUERIES[as].placeholder))).toBe(TEXT_QUERIES[as].placeholder);
});

test.each([
  ['prometheus', null, 'promql'], ['grafana-amazonprometheus-datasource', null, 'promql'], ['grafana-azureprometheus-datasource', null, 'promql'], ['loki', null, 'logql'], ['graphite', null, 'graphite'],
  ['influxdb', null, 'influxql'], ['influxdb', 'InfluxQL', 'influxql'], ['influxdb', 'Flux', 'flux'], ['influxdb', 'SQL', 'influxSql'],
  ['postgres', null, 'sql'], ['grafana-postgresql-datasource', null, 'sql'], ['mysql', null, 'sql'], ['mssql', null, 'sql'], ['elasticsearch', null, null], ['constructor', null, null],
] as const)('cap 110: a data source of the type %s, set to %s, is asked in %s', (type, version, as) => {
  expect(textLanguageOf({ type, version })).toBe(as);
});

test.each([
  ['promql', '{"expr":"up"}', 'up'], ['promql', '{"expr":"up","range":true,"refId":"B"}', 'up'], ['promql', '{"expr":"up","range":false,"instant":true}', null], ['promql', '{"expr":"up","legendFormat":"{{job}}"}', null],
  ['influxql', '{"query":"SELECT 1"}', null], ['influxql', '{"query":"SELECT 1","rawQuery":true,"resultFormat":"time_series"}', 'SELECT 1'], ['influxql', '{"query":"SELECT 1","rawQuery":true,"resultFormat":"table"}', null],
  ['sql', '{"rawSql":"SELECT 1","format":"table"}', null], ['sql', '{"rawSql":"SELECT 1"}', 'SELECT 1'], ['logql', '{"expr":"rate({a=\\"b\\"}[1m])","queryType":"instant"}', null], ['promql', '{"expr":1}', null], ['promql', '{"expr":', null], ['promql', '["expr"]', null],
] as const)('cap 110: as %s, %s is shown as %s', (as, json, shown) => {
  expect(textOf(as, json)).toBe(shown);
});

test('cap 110: what a text cannot say is named', () => {
  expect(lostAsText('promql', '{"expr":"up","refId":"A","range":true,"legendFormat":"x","instant":true}')).toEqual(['legendFormat', 'instant']);
  expect(lostAsText('promql', '{"expr":')).toBeNull();
  expect(lostAsText('promql', ' ')).toEqual([]);
  expect(carriedTo('promql', '{"metrics":"count"}')).toEqual({ language: null, query: '{"metrics":"count"}' });
});
