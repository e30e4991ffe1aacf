import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, TextArea, useStyles2 } from '@grafana/ui';
import { queryLabelOf, type DetectorDraft } from '../../model/detectors.ts';
import { asText, lostAsText, TEXT_QUERIES, textOf, withText, type TextLanguage } from '../../model/textQueries.ts';

interface Props {
  /** As which text it is typed; null: as JSON. */
  language: TextLanguage | null;
  /** As which text it may be typed: what the data source is asked in; null: none that is known. */
  offered: TextLanguage | null;
  /** JSON. */
  query: string;
  /** Whether what was typed into a field is wrong, and how. */
  wrong: (field: string, typed: string, error: string) => { invalid: boolean; error?: string };
  onChange: (part: Pick<DetectorDraft, 'query'> & Partial<Pick<DetectorDraft, 'language'>>) => void;
}

/** What a data source of Grafana is asked: in its own language where that is known, else as the JSON that Grafana's API takes. */
export function GrafanaQueryField({ language, offered, query, wrong, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const label = queryLabelOf(language);
  const lost = language !== null || offered === null ? [] : lostAsText(offered, query);
  return (
    <div className={styles.field}>
      {language === null ? (
        <Field noMargin required label={label} description="As the data source takes it; the query inspector of a panel shows it. It must give a time series." {...wrong(label, query, 'It must be a JSON object, of 20,000 characters at most.')}>
          <TextArea id="muster-detector-query" className={styles.code} rows={4} value={query} onChange={(event) => onChange({ query: event.currentTarget.value })} />
        </Field>
      ) : (
        <Field noMargin required label={label} description={TEXT_QUERIES[language].hint}>
          <TextArea
            id="muster-detector-text" className={styles.code} rows={3} maxLength={20_000} placeholder={TEXT_QUERIES[language].placeholder} value={textOf(language, query) ?? ''}
            onChange={(event) => onChange({ query: withText(language, query, event.currentTarget.value) })}
          />
        </Field>
      )}
      {offered !== null && (
        <div className={styles.switch}>
          <Button size="sm" variant="secondary" fill="text" onClick={() => onChange(language === null ? { language: offered, query: asText(offered, query) } : { language: null, query })}>
            {language === null ? 'Edit as text' : 'Edit as JSON'}
          </Button>
          {lost === null && <span className={styles.dim}>This is no JSON object: as text, the field begins empty.</span>}
          {lost !== null && lost.length > 0 && <span className={styles.dim}>As text, {lost.join(', ')} would be left out.</span>}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  field: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0 }),
  code: css({ fontFamily: theme.typography.fontFamilyMonospace }),
  switch: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, overflowWrap: 'anywhere' }),
});
