import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Stack, useStyles2 } from '@grafana/ui';
import { severityPolicy as schema, SEVERITIES, type ResponseOf, type SeverityPolicy } from '#contract';
import { usePutSeverityPolicy } from '../../api/useIncidentSettings.ts';
import { useCan } from '../../api/useMe.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { ProvisionedNotice, SaveBar } from './SaveBar.tsx';

const OPTIONS = SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value] }));
const IMPACTS = ['1 extensive', '2 significant', '3 moderate', '4 minor'] as const;
const URGENCIES = ['1 critical', '2 high', '3 medium', '4 low'] as const;

/** The matrix, and what counts as at risk. */
export function SeverityPolicyEditor({ document }: { document: ResponseOf<'getSeverityPolicy'> }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const mayEdit = can('putSeverityPolicy') && !document.provisioned;
  const toast = useToast();
  const put = usePutSeverityPolicy();
  const { version, provisioned, ...saved } = document;
  const [draft, setDraft] = useState<unknown>(saved);
  const checked = schema.safeParse(draft);
  const shown: SeverityPolicy = checked.success ? checked.data : saved;

  function setCell(impact: number, urgency: number, severity: string): void {
    setDraft({ ...shown, matrix: shown.matrix.map((row, at) => (at === impact ? row.map((cell, place) => (place === urgency ? severity : cell)) : row)) });
  }

  return (
    <Stack direction="column" gap={2}>
      {provisioned && <ProvisionedNotice />}
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Impact \ urgency</th>
              {URGENCIES.map((urgency) => (
                <th scope="col" key={urgency}>
                  {urgency}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {IMPACTS.map((impact, row) => (
              <tr key={impact}>
                <th scope="row">{impact}</th>
                {URGENCIES.map((urgency, column) => {
                  const severity = shown.matrix[row]?.[column] ?? 'sev3';
                  return (
                    <td key={urgency}>
                      {mayEdit ? (
                        <Combobox
                          aria-label={`Severity for impact ${impact}, urgency ${urgency}`}
                          width={14}
                          options={OPTIONS}
                          value={severity}
                          onChange={(option) => setCell(row, column, option.value)}
                        />
                      ) : (
                        <SeverityBadge severity={severity} />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Stack gap={2} wrap="wrap">
        <NumberField
          id="muster-at-risk-hops"
          label="Steps at risk"
          description="How far along the graph callers count as at risk."
          max={10}
          disabled={!mayEdit}
          value={shown.atRiskHops}
          onChange={(atRiskHops) => setDraft({ ...shown, atRiskHops: atRiskHops ?? 0 })}
        />
        <NumberField
          id="muster-steps-above"
          label="Steps above the alerts"
          description="At most so many steps graver than the gravest alert."
          max={4}
          disabled={!mayEdit}
          value={shown.stepsAboveAlerts}
          onChange={(stepsAboveAlerts) => setDraft({ ...shown, stepsAboveAlerts: stepsAboveAlerts ?? 0 })}
        />
      </Stack>
      {mayEdit && (
        <SaveBar
          what="severities"
          isChanged={JSON.stringify(draft) !== JSON.stringify(saved)}
          isValid={checked.success}
          isBusy={put.isPending}
          error={put.error}
          onSave={() => put.mutate({ version, body: shown }, { onSuccess: () => toast.done('Saved. It holds for alerts from now on.') })}
          onDiscard={() => setDraft(saved)}
        />
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto' }),
  table: css({ '& th': { textAlign: 'left', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' }, '& td, & th': { padding: theme.spacing(0.5, 1, 0.5, 0) } }),
});
