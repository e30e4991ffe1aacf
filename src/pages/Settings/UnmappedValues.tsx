import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type Mapping } from '#contract';
import { useUnmapped } from '../../api/useMapping.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { withSeverityValue } from '../../model/mappingDraft.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';

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
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>Every value that came in is known.</span>
          ) : (
            <ul className={styles.list}>
              {items.map(({ kind, value, count, lastSeenAt }) => (
                <li key={`${kind}:${value}`} className={styles.item}>
                  <div className={styles.words}>
                    {kind === 'severity' ? (
                      <>
                        Severity <code>{value}</code>
                      </>
                    ) : (
                      <>
                        <code>{value}</code> names no service
                      </>
                    )}
                  </div>
                  <div className={styles.dim}>
                    {count.toLocaleString()} {count === 1 ? 'alert' : 'alerts'}, last <Instant at={lastSeenAt} />
                  </div>
                  {kind === 'severity' ? (
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
                  ) : (
                    <div className={styles.dim}>Give its rule one of the service labels, or add the label it has to the list.</div>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 2) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  item: css({ padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  words: css({ overflowWrap: 'anywhere' }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), marginTop: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
