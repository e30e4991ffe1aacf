import { Field, Input, TextArea } from '@grafana/ui';
import { Choice } from '../../components/Choice.tsx';
import { useTextLanguages } from '../../hooks/useDataSources.ts';
import { COUNTED_BY, COUNTED_BY_WORDS, LOKI_FROM, LOKI_FROM_WORDS, QUERY_KIND_WORDS, QUERY_KINDS, type DetectorDraft } from '../../model/detectors.ts';
import { carriedTo } from '../../model/textQueries.ts';
import { DataSourceField } from './DataSourceField.tsx';
import { GrafanaQueryField } from './GrafanaQueryField.tsx';

interface Props {
  draft: DetectorDraft;
  /** Whether what was typed into a field is wrong, and how. */
  wrong: (field: string, typed: string, error: string) => { invalid: boolean; error?: string };
  onChange: (part: Partial<DetectorDraft>) => void;
}

/** Where the values come from. */
export function DetectorQueryFields({ draft, wrong, onChange }: Props) {
  const languageOf = useTextLanguages();
  const wrongAddress = wrong('Address', draft.url, 'It must begin with http:// or https://.');
  return (
    <>
      <Field noMargin label="Values from">
        <Choice label="Values from" options={QUERY_KINDS} labels={QUERY_KIND_WORDS} value={draft.kind} onChange={(kind) => onChange({ kind, datasource: '' })} />
      </Field>
      {draft.kind === 'prometheus' && (
        <>
          <Field noMargin required label="Address of the Prometheus" description="Without /api/v1. It must be allowed under outbound.allow." {...wrongAddress}>
            <Input id="muster-detector-url" maxLength={2000} placeholder="http://prometheus.example.com:9090" value={draft.url} onChange={(event) => onChange({ url: event.currentTarget.value })} />
          </Field>
          <Field noMargin required label="PromQL" description="Every series that it gives is watched by itself.">
            <TextArea id="muster-detector-expr" rows={2} placeholder="sum by (service) (rate(http_requests_total[5m]))" value={draft.expr} onChange={(event) => onChange({ expr: event.currentTarget.value })} />
          </Field>
        </>
      )}
      {draft.kind === 'grafana' && (
        <>
          <DataSourceField type={null} value={draft.datasource} onChange={(datasource) => onChange({ datasource, ...carriedTo(languageOf(datasource), draft.query) })} />
          {draft.datasource !== '' && <GrafanaQueryField language={draft.language} offered={languageOf(draft.datasource)} query={draft.query} wrong={wrong} onChange={onChange} />}
        </>
      )}
      {draft.kind === 'loki' && (
        <>
          <Field noMargin label="Loki is asked" description="Through Grafana, findings link to their lines in Explore.">
            <Choice label="Loki is asked" options={LOKI_FROM} labels={LOKI_FROM_WORDS} value={draft.lokiFrom} onChange={(lokiFrom) => onChange({ lokiFrom })} />
          </Field>
          {draft.lokiFrom === 'url' ? (
            <Field noMargin required label="Address of the Loki" description="Without /loki/api/v1. It must be allowed under outbound.allow." {...wrongAddress}>
              <Input id="muster-detector-url" maxLength={2000} placeholder="http://loki.example.com:3100" value={draft.url} onChange={(event) => onChange({ url: event.currentTarget.value })} />
            </Field>
          ) : (
            <DataSourceField type="loki" value={draft.datasource} onChange={(datasource) => onChange({ datasource })} />
          )}
          <Field noMargin required label="LogQL" description="A query that gives lines. Of more than 20,000 lines in a step the first ones count: narrow it to what matters. Patterns need no time zone and no holidays: a new one is new at any hour, and how often one comes is judged with the hours before and after.">
            <TextArea id="muster-detector-logql" rows={2} placeholder={'{namespace="shop"} |~ "(?i)error|warn"'} value={draft.logExpr} onChange={(event) => onChange({ logExpr: event.currentTarget.value })} />
          </Field>
          <Field noMargin label="Label that tells patterns apart (optional)" description="Lines with another value of it are other patterns; service or service_name also name the service of the alert." {...wrong('Label that tells patterns apart', draft.logBy, 'It must be letters, digits and _.')}>
            <Input id="muster-detector-log-by" maxLength={100} placeholder="service_name" value={draft.logBy} onChange={(event) => onChange({ logBy: event.currentTarget.value })} />
          </Field>
        </>
      )}
      {draft.kind === 'alerts' && (
        <Field noMargin label="Alerts counted" description="How many alerts begin in each step. A rule that suddenly alerts often, or a source that goes quiet, is found.">
          <Choice label="Alerts counted" options={COUNTED_BY} labels={COUNTED_BY_WORDS} value={draft.by} onChange={(by) => onChange({ by })} />
        </Field>
      )}
    </>
  );
}
