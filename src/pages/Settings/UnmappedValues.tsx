import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type Mapping } from '#contract';
import { useUnmapped } from '../../api/useMapping.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { withSeverityValue } from '../../model/mappingDraft.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { namelessRules, namesNo, severitiesOf } from '../../model/unmapped.ts';

interface Props {
  mapping: Mapping;
  canEdit: boolean;
  busy: boolean;
  onMap: (mapping: Mapping) => void;
}

/** What came in and meant nothing; one press gives it a meaning. */
export function UnmappedValues({ mapping, canEdit, busy, onMap }: Props) {
  const styles = useStyles2(getStyles);
  const unmapped = useUnmapped();
  return (
    <section>
      <h3 className={styles.title}>Not mapped yet</h3>
      <QueryView query={unmapped}>
        {(items) => {
          const severities = severitiesOf(items);
          const rules = namelessRules(items);
          return items.length === 0 ? (
            <span className={styles.dim}>Every value that came in is known, and every alert names what the labels may name.</span>
          ) : (
            <>
              {severities.length > 0 && (
                <ul className={styles.list} aria-label="Unknown severities">
                  {severities.map(({ value, count, lastSeenAt }) => (
                    <li key={value} className={styles.item}>
                      <div className={styles.words}>
                        Severity <code>{value}</code>
                      </div>
                      <Seen count={count} lastSeenAt={lastSeenAt} />
                      <div className={styles.buttons} role="group" aria-label={`Map ${value} to`}>
                        {SEVERITIES.map((severity) => (
                          <Button
                            key={severity}
                            size="sm"
                            variant="secondary"
                            disabled={!canEdit || busy}
                            onClick={() => onMap(withSeverityValue(mapping, value, severity))}
                          >
                            {SEVERITY_LABELS[severity]}
                          </Button>
                        ))}
                      </div>
                    </li>
                  ))}
                </ul>
              )}
              {rules.length > 0 && (
                <>
                  <p className={styles.hint}>
                    Rules whose alerts carry none of the labels for a field. Give the rule such a label, or add the label that it has to the list. A
                    field that you do not use needs no labels at all: empty its list.
                  </p>
                  <ul className={styles.list} aria-label="Rules that name too little">
                    {rules.map(({ rule, fields, count, lastSeenAt }) => (
                      <li key={rule} className={styles.item}>
                        <div className={styles.words}>
                          <code>{rule}</code> {namesNo(fields)}
                        </div>
                        <Seen count={count} lastSeenAt={lastSeenAt} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </>
          );
        }}
      </QueryView>
    </section>
  );
}

function Seen({ count, lastSeenAt }: { count: number; lastSeenAt: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.dim}>
      {count.toLocaleString()} {count === 1 ? 'alert' : 'alerts'}, last <Instant at={lastSeenAt} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 2) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  item: css({ padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  words: css({ overflowWrap: 'anywhere' }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), marginTop: theme.spacing(1) }),
  hint: css({ color: theme.colors.text.secondary, margin: theme.spacing(2, 0, 1) }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
